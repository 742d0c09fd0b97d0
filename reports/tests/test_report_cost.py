"""A report page asks for what it shows, and makes once what is the same on every day and page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from reports.answers.connected import Connected
from reports.answers.question import By
from reports.metrics import registry as metrics
from reports.metrics.sums import ORDER
from reports.tests.factory import credit, day, publish

ClientOf = Callable[[User], Client]
ALL: dict[str, Any] = {"first_on": day(9), "last_on": day(2)}
# What only touches whose window runs go by, and what is only asked of a moment that is over.
OF_OTHERS = {"reports_delaycurve", "reports_delaymix", "accounts_auditentry"}


@pytest.fixture
def address(shop: Merchant, sunscreen: Listing) -> str:
    """A report of eight days, each of which has an order."""
    for one in publish(shop, *(day(ago) for ago in range(2, 10))):
        credit(one, sunscreen, ORDER, value_fen=100)
    return reverse("reports:report-detail", args=[shop.code])


def tables(client: Client, address: str, **asked: Any) -> set[str]:
    """Those of OF_OTHERS that the page asks for."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, {**ALL, **asked}).status_code == 200
    told = " ".join(query["sql"] for query in queries)
    return {table for table in OF_OTHERS if table in told}


def test_what_by_order_day_says_nothing_is_not_asked_for(
    client_of: ClientOf, alice: User, address: str
) -> None:
    client = client_of(alice)
    assert tables(client, address) == set()
    assert "reports_delaycurve" in tables(client, address, time_base="touch")


def test_what_never_comes_is_found_out_once_for_days_that_are_alike(
    client_of: ClientOf, alice: User, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And for each of them where a source began to send something meanwhile: the twin."""
    found: list[object] = []
    not_sent = Connected._not_sent

    def watched(self: Connected, *key: Any) -> Any:
        found.append(key)
        return not_sent(self, *key)

    monkeypatch.setattr(Connected, "_not_sent", watched)
    assert client_of(alice).get(address, {**ALL, "by": By.DAY}).status_code == 200
    assert len(found) <= 2
    monkeypatch.setattr(Connected, "_began_or_ceased", frozenset({ORDER}))
    assert client_of(alice).get(address, {**ALL, "by": By.DAY}).status_code == 200
    assert len(found) > 8


def test_the_glossary_is_that_of_the_reader_and_of_the_time_base(
    client_of: ClientOf, alice: User, address: str
) -> None:
    """Whoever reads it first."""
    client, metric = client_of(alice), metrics.GMV
    for _twice in range(2):
        for language, word in (("en", "counts: "), ("zh-hans", "统计对象")):
            User.objects.filter(pk=alice.pk).update(language=language)
            page = client.get(address, ALL).content.decode()
            assert word in page.partition('id="glossary"')[2], language
        User.objects.filter(pk=alice.pk).update(language="en")
        by_touch = client.get(address, {**ALL, "time_base": "touch"}).content.decode()
        told = by_touch.partition(f'id="metric-{metric.code}"')[2].partition("</dd>")[0]
        assert str(metric.by_touch_day().time_base) in told
        assert str(metric.time_base) not in told
