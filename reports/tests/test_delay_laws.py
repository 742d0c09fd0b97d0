"""By which curve a merchant goes, at any moment that is still asked for."""

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from reports.answers import delay_counting
from reports.answers.delays import (
    LEAST_ORDERS,
    DelayCurve,
    DelayMix,
    DelaysGiven,
    law,
    rounded_down,
)
from reports.answers.nowcast import curve_of
from reports.attribution.models import ReportDay
from reports.tests.delay_days import ask, days
from reports.tests.delay_worlds import delays_of
from reports.tests.factory import day
from reports.tests.known_delays import known, mix

__all__ = ["days"]


def test_what_no_moment_needs_is_let_go(
    shop: Merchant, days: dict[date, ReportDay], settings: Any
) -> None:
    settings.RESTATEMENT_DAYS = 10
    for ago in (9, 11):
        known(ago=ago)
    for ago in (9, 11, 12):
        mix(shop, beauty=20, ago=ago)
    assert delay_counting.compute()
    kept = DelayCurve.objects.filter(at__lt=clock.start_of(clock.today()))
    assert [clock.day_of(at) for at in kept.values_list("at", flat=True)] == [day(9)]
    mixes = DelayMix.objects.order_by("at").values_list("at", flat=True)
    assert [clock.day_of(at) for at in mixes] == [day(11), day(9), day(0)]


@pytest.mark.parametrize("is_written_down", [True, False])
def test_what_a_file_was_given_by_stays_and_the_file_is_given_again(
    shop: Merchant, live_listing: Listing, days: dict[date, ReportDay], settings: Any,
    is_written_down: bool,
) -> None:  # fmt: skip
    """The twin forgets what was given by: then the share is lost, and the bytes are others."""
    settings.RESTATEMENT_DAYS = 10
    slow = {"first_on": str(day(10)), "last_on": str(day(1))}
    since = clock.now()

    def file(**asked: str) -> str:
        out = StringIO()
        options = [f"--{name.replace('_', '-')}={value}" for name, value in asked.items()]
        call_command(
            "report", shop.code, f"--from={slow['first_on']}", f"--to={slow['last_on']}",
            "--time-base=touch", "--format=json", *options, stdout=out,
        )  # fmt: skip
        return out.getvalue()

    known(last=10)
    mix(shop, beauty=20)
    text = file()
    assert json.loads(text)["maturity"]
    if not is_written_down:
        DelaysGiven.objects.all().delete()
    for ahead in (1, 20, 21):
        with clock.at(since + timedelta(days=ahead)):
            known(last=2)
            mix(shop, food=ahead % 20)
            file()
    with clock.at(since + timedelta(days=40)):
        delay_counting.compute()
        again = file(as_of=json.loads(text)["as_of"])
    assert (again == text) == is_written_down


def share(shop: Merchant, age: int, **asked: Any) -> float | None:
    found = law(ask(shop, **asked))
    return float(found.curve.share(age)) if found and found.curve else None


def test_a_merchant_goes_by_the_curves_of_his_categories(shop: Merchant) -> None:
    with clock.at(clock.now()):
        known(last=10)
        known(Category.objects.get(code="beauty"), last=5)
        mix(shop, beauty=15, beauty_makeup=5)
    assert share(shop, 5) == 0.5 + 0.5 * 15 / 20
    found = law(ask(shop))
    assert found
    assert [category.code for category in found.own] == ["beauty"]
    assert found.has_others


def test_too_few_orders_are_no_curve(shop: Merchant) -> None:
    assert law(ask(shop)) is None
    known(orders=LEAST_ORDERS - 1)
    assert share(shop, 5) is None
    DelayCurve.objects.all().delete()
    known(orders=LEAST_ORDERS)
    assert share(shop, 5) == 1


def test_one_merchant_alone_is_a_law_for_himself_only(shop: Merchant) -> None:
    known(merchants=1)
    assert share(shop, 5) is None
    mix(shop, beauty=20)
    assert share(shop, 5) == 1


def test_a_moment_has_its_own_curves_and_mix(shop: Merchant) -> None:
    with clock.at(clock.now()):
        known(last=10)
        known(Category.objects.get(code="beauty"), last=5)
        known(last=10, ago=2)
        mix(shop, beauty=20, ago=0)
        mix(shop, ago=2)
    assert share(shop, 5) == 1
    assert share(shop, 5, as_of=clock.now() - timedelta(days=1)) == 0.5
    assert law(ask(shop, as_of=clock.now() - timedelta(days=3))) is None


def test_nobody_is_told_how_much_others_sell() -> None:
    told = [rounded_down(n) for n in (0, 1, 4, 199, 200, 499, 987_654)]
    assert told == [0, 1, 2, 100, 200, 200, 500_000]


def test_a_curve_is_told_by_exact_sums() -> None:
    curve = curve_of(delays_of([np.array([[1, 1, 1]])]))
    assert [str(share) for share in curve.shares] == ["1/3", "2/3", "1"]
