"""What a test has committed is gone with it, in either way; what migrations planted stays."""

from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import Error, connection

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import AuditEntry
from reports.sources.models import Source
from tests import emptying

PLANTED = {*emptying.PLANTED, *emptying.NAMES, emptying.SOURCES, "django_migrations"}


def filled() -> dict[str, int]:
    """How many rows there are, by table."""
    with connection.cursor() as cursor:
        found = {}
        for model in apps.get_models():
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
            found[model._meta.db_table] = cursor.fetchone()[0]
    return {table: rows for table, rows in found.items() if rows}


@pytest.mark.parametrize("small", [emptying.SMALL, -1], ids=["deleted", "truncated"])
def test_what_was_committed_is_gone_and_what_was_planted_stays(
    transactional_db: None, live_listing: Listing, shop: Merchant, monkeypatch: Any, small: int
) -> None:
    planted = list(Source.objects.values())
    own = Source.objects.get(code="jd")
    own.pk, own.code, own.kind, own.merchant = None, "own", "merchant", shop
    own.save()
    assert len(filled().keys() - PLANTED) > 15
    monkeypatch.setattr(emptying, "SMALL", small)
    call_command("flush", verbosity=0, interactive=False)
    assert filled().keys() <= PLANTED
    assert list(Source.objects.values()) == planted
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM " + emptying.CACHE)
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("small", [emptying.SMALL, -1], ids=["deleted", "truncated"])
def test_numbers_go_on_and_what_is_for_good_is_so_again(
    transactional_db: None, shop: Merchant, monkeypatch: Any, small: int
) -> None:
    monkeypatch.setattr(emptying, "SMALL", small)
    before = AuditEntry.objects.create(verb="user.created", subject="user:1")
    call_command("flush", verbosity=0, interactive=False)
    after = AuditEntry.objects.create(verb="user.created", subject="user:1")
    # What is remembered of one test and put back in another is older than what that one makes.
    assert after.pk > before.pk
    with pytest.raises(Error):
        AuditEntry.objects.all().delete()
