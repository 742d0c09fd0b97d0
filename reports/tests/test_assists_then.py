"""Days that were computed before assists were counted: what is told of them stays as it was."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.answers.assists import Assists
from reports.attribution.models import ReportDay
from reports.attribution.tests.conftest import Take, sold, take
from reports.attribution.tests.steps import LAST, attribute
from reports.tests.assisting import ALL, CODE, ClientOf, answered, downloaded, led, pinned, told
from reports.tests.factory import day, publish

__all__ = ["led", "pinned", "sold", "take"]


def test_days_from_before_have_a_dash_and_are_named(
    client_of: ClientOf, alice: User, shop: Merchant, led: list[ReportDay]
) -> None:
    """The twin of the number: where one of its days does not know it, it is not a smaller one."""
    ReportDay.objects.filter(pk=led[0].pk).update(has_assists=False)
    assert told(shop) == ({"Why Sunscreen": None, "Why Lipstick": None}, None)
    assert sorted(told(shop, by="day")[0].items(), key=lambda one: str(one[1]))[0][1] == 2
    page = client_of(alice).get(reverse("reports:report-detail", args=[shop.code]), ALL)
    assert 'id="without-assists"' in page.content.decode()
    assert page.context["table"].columns[CODE].footer == "–"
    led[0].refresh_from_db()
    ReportDay.objects.filter(pk=led[0].pk).update(has_assists=None)
    assert told(shop)[1] == 3


def test_files_of_days_from_before_are_given_again_as_they_were(
    client_of: ClientOf,
    alice: User,
    shop: Merchant,
    sunscreen: Listing,
    led: list[ReportDay],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Files of days without assists have no column of them, and none when asked again."""
    ReportDay.objects.update(has_assists=False)
    moment = clock.now()
    addresses = [
        reverse("reports:report-detail", args=[shop.code]),
        reverse("reports:report-models", args=[shop.code]),
        reverse("reports:report-object", args=[shop.code, "listing", sunscreen.pk]),
    ]
    asked = [(address, form) for address in addresses for form in ("csv", "json")]
    asked.remove((addresses[0], "json"))

    def files() -> list[str]:
        client = client_of(alice)
        downloads = [
            downloaded(client.get(address, {**ALL, "export": form, "as_of": moment.isoformat()}))
            for address, form in asked
        ]
        return [*downloads, json.dumps(answered(shop, as_of=moment))]

    given = files()
    assert not any(CODE in file for file in given)
    with clock.at(clock.now() + timedelta(seconds=5)):
        led_again = ReportDay.objects.filter(merchant=shop)
        led_again.update(superseded_at=clock.now())
        publish(shop, *(day(ago) for ago in (3, 2)))
        assert files() == given
        assert CODE in answered(shop)["total"]
    monkeypatch.setattr(Assists, "told_in_files", lambda self, asked: list(asked))
    assert files() != given


def test_a_run_counts_them_also_of_days_from_before(sold: Listing, take: Take) -> None:
    """What was shown without them stays as it was; a worker of the version before, who knows
    nothing of the column, says nothing of them."""
    attribute()
    ReportDay.objects.update(has_assists=False, content="0" * 32)
    attribute()
    assert list(ReportDay.objects.order_by("pk").values_list("has_assists", flat=True)) == [
        False,
        True,
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO reports_reportday (merchant_id, "on", run_id, published_at)'
            ' SELECT merchant_id, "on" - 9, run_id, published_at FROM reports_reportday LIMIT 1'
            " RETURNING has_assists"
        )
        assert cursor.fetchone() == (False,)
    day_before = LAST - timedelta(days=9)
    ReportDay.objects.filter(on=day_before).update(content="0" * 32)
    attribute(day_before, day_before)
    known = ReportDay.objects.current().get(on=day_before)
    ReportDay.objects.filter(pk=known.pk).update(has_assists=False)
    attribute(day_before, day_before)
    known.refresh_from_db()
    assert known.superseded_at is None
    assert known.has_assists is None
