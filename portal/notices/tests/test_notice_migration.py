"""Notices from the time when portal/accounts had them: each row is kept where it was."""

from collections.abc import Callable, Iterator

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.notices.models import Notice

Migrate = Callable[..., Apps]
APPS = {"accounts", "notices"}
BEFORE = [("notices", None), ("accounts", "0004_account_once_per_address")]


@pytest.fixture
def migrate(transactional_db: None) -> Iterator[Migrate]:
    """`migrate(targets)` takes the tables of a place without any there and returns the models of
    that time. The way down from all tables would be a minute, and nobody goes it."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA empty")
        cursor.execute("SET search_path TO empty")
    yield lambda targets: MigrationExecutor(connection).migrate(targets).apps
    with connection.cursor() as cursor:
        cursor.execute("RESET search_path")
        cursor.execute("DROP SCHEMA empty CASCADE")


def test_a_notice_is_kept_and_its_mail_is_not_owed(migrate: Migrate) -> None:
    before = migrate(BEFORE)
    people, notices = (before.get_model("accounts", name) for name in ("User", "Notice"))
    user = people.objects.create(email="alice@example.com")
    kept = notices.objects.create(
        user=user, text="%(store)s was verified.", params={"store": "Alice Mall"}, url="/stores/"
    )
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    migrate([leaf for leaf in leaves if leaf[0] in APPS])
    notice = Notice.objects.get()
    assert (notice.pk, str(notice), notice.url) == (
        kept.pk, "Alice Mall was verified.", "/stores/",
    )  # fmt: skip
    assert (notice.created_at, notice.read_at, notice.mail_due_at) == (kept.created_at, None, None)
    assert Notice.objects.create(user_id=user.pk, text="Two", url="/").pk > kept.pk
