"""Notices from the time when portal/accounts had them: each row is kept where it was."""

from collections.abc import Callable, Iterator

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.notices.models import Notice
from tests import numbering

Migrate = Callable[..., Apps]
BEFORE = [("notices", None), ("accounts", "0004_account_once_per_address")]


@pytest.fixture
def migrate(transactional_db: None) -> Iterator[Migrate]:
    """`migrate(targets)` takes the tables there and returns the models of that time."""

    def to(targets: list[tuple[str, str | None]]) -> Apps:
        return MigrationExecutor(connection).migrate(targets).apps

    yield to
    to(MigrationExecutor(connection).loader.graph.leaf_nodes())
    numbering.apart()


def test_a_notice_is_kept_and_its_mail_is_not_owed(migrate: Migrate) -> None:
    before = migrate(BEFORE)
    people, notices = (before.get_model("accounts", name) for name in ("User", "Notice"))
    user = people.objects.create(email="alice@example.com")
    kept = notices.objects.create(
        user=user, text="%(store)s was verified.", params={"store": "Alice Mall"}, url="/stores/"
    )
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    notice = Notice.objects.get()
    assert (notice.pk, str(notice), notice.url) == (
        kept.pk, "Alice Mall was verified.", "/stores/",
    )  # fmt: skip
    assert (notice.created_at, notice.read_at, notice.mail_due_at) == (kept.created_at, None, None)
    assert Notice.objects.create(user_id=user.pk, text="Two", url="/").pk > kept.pk
