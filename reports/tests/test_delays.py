"""Delay curves: counted once a day from what is whole, and of the moment that is asked for."""

import json
from datetime import date, timedelta
from io import StringIO
from random import Random
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.jobs.models import Job
from portal.jobs.queue import run_now
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
from reports.answers.question import Question, TimeBase
from reports.attribution.choices import WINDOWS, Model
from reports.attribution.models import CreditFact, ReportDay
from reports.metrics.sums import MICRO
from reports.sources.models import Source
from reports.tasks import count_delays
from reports.tests.delay_worlds import delays_of
from reports.tests.factory import day, publish
from reports.tests.known_delays import WINDOW, known, mix
from tests.racing import at_once

FIRST = WINDOW + 90


@pytest.fixture
def days(shop: Merchant, sunscreen: Listing) -> dict[date, ReportDay]:
    return {one.on: one for one in publish(shop, *(day(ago) for ago in range(FIRST + 3)))}


def earn(
    days: dict[date, ReportDay],
    listing: Listing,
    touched_on: date,
    ages: dict[int, int],
    **given: Any,
) -> None:
    """Touches of a day earned so many orders at each age."""
    of_listing = {
        "merchant_id": listing.merchant_id, "listing_id": listing.pk, "note_id": listing.note_id,
        "placement": listing.placement, "store_kind": listing.product.store.kind,
    }  # fmt: skip
    facts = []
    for row, (age, orders) in enumerate(ages.items(), CreditFact.objects.count()):
        on = touched_on + timedelta(days=age)
        told = {
            "kind": "order", "level": "product", "window_days": WINDOW,
            "last_touch_micro": orders * MICRO, "first_touch_micro": MICRO, **of_listing, **given,
        }  # fmt: skip
        facts.append(
            CreditFact(on=on, touched_on=touched_on, row=row, report_day_id=days[on].pk, **told)
        )
    CreditFact.objects.bulk_create(facts)


def curve(category: Category | None = None, model: Model = Model.LAST_TOUCH) -> DelayCurve:
    return DelayCurve.objects.get(category=category, window_days=WINDOW, model=model)


def ask(shop: Merchant, **asked: Any) -> Question:
    return Question(shop, day(10), day(1), time_base=TimeBase.TOUCH, **asked)


def test_a_curve_is_what_plain_python_counts(
    days: dict[date, ReportDay], sunscreen: Listing, lipstick: Listing
) -> None:
    random, cohorts = Random(7), []
    lipstick.product.category = Category.objects.get(code="beauty-makeup")
    lipstick.product.save()
    for ago in range(WINDOW + 1, FIRST + 1):
        rows = [0] * (WINDOW + 1)
        for listing in (sunscreen, lipstick):
            ages = {random.randrange(WINDOW + 1): random.randint(1, 4) for _ in range(2)}
            earn(days, listing, day(ago), ages)
            for age, orders in ages.items():
                rows[age] += orders
        cohorts.append(rows)
    assert delay_counting.compute()
    found, expected = curve().delays, delays_of([np.array(cohorts)])
    assert found.by_age == expected.by_age
    assert (found.cohorts, found.merchants) == (90, 1)
    assert found.of_days == pytest.approx(expected.of_days)
    assert found.of_merchants == pytest.approx(expected.of_merchants)
    assert found.squared == pytest.approx(expected.squared)
    assert sum(curve(model=Model.FIRST_TOUCH).by_age) < sum(found.by_age)
    assert DelayCurve.objects.count() == len(WINDOWS) * len(Model)


@pytest.mark.parametrize(
    "spoilt",
    ["too young", "too old", "a day not computed", "a day out of date", "no touch days",
     "orders not all in", "touches not all in", "rows missing", "a sample", "a sampled day",
     "a refund"],
)  # fmt: skip
def test_what_is_not_whole_makes_no_curve(
    shop: Merchant, days: dict[date, ReportDay], sunscreen: Listing, spoilt: str
) -> None:
    ago = {"too young": WINDOW, "too old": FIRST + 1}.get(spoilt, 40)
    of_facts: dict[str, dict[str, Any]] = {
        "a sample": {"user_group": 3, "sampling_ratio": "0.5"},
        "a refund": {"kind": "refund"},
    }
    earn(days, sunscreen, day(ago), {1: 3}, **of_facts.get(spoilt, {}))
    within = ReportDay.objects.filter(on=day(ago - WINDOW))
    slices = {
        "orders not all in": ("taobao_tmall", day(ago - WINDOW)),
        "touches not all in": ("community", day(ago)),
        "rows missing": ("taobao_tmall", day(ago - 5)),
    }
    if spoilt == "a day not computed":
        within.update(superseded_at=clock.now())
    elif spoilt == "a day out of date":
        within.update(stale_at=clock.now())
    elif spoilt == "no touch days":
        within.update(has_touch_days=False)
    elif spoilt == "a sampled day":
        within.update(samples={"credit": ["0.5"]})
    elif spoilt in slices:
        code, on = slices[spoilt]
        of = Source.objects.get(code=code).slices.filter(on=on)
        if spoilt == "rows missing":
            of.update(missing_rows=1)
        else:
            of.update(closed_at=None, closed_by="")
    assert delay_counting.compute()
    assert sum(curve().by_age) == 0
    assert law(ask(shop)).curve is None  # type: ignore[union-attr]


def test_whole_cohorts_make_it(days: dict[date, ReportDay], sunscreen: Listing) -> None:
    """The ground of the test above."""
    for ago in (WINDOW + 1, 40, FIRST):
        earn(days, sunscreen, day(ago), {1: 3})
    assert delay_counting.compute()
    assert curve().by_age[:3] == [0, 9 * MICRO, 0]


def test_they_are_counted_once_a_day(days: dict[date, ReportDay], sunscreen: Listing) -> None:
    assert delay_counting.compute()
    count = DelayCurve.objects.count()
    assert not delay_counting.compute()
    with clock.at(clock.now() + timedelta(days=1)):
        assert delay_counting.compute()
    assert DelayCurve.objects.count() == 2 * count


@pytest.mark.django_db(transaction=True)
def test_they_are_counted_once_by_two_who_count_at_once(
    days: dict[date, ReportDay], sunscreen: Listing
) -> None:
    earn(days, sunscreen, day(40), {1: 3})
    done, _refused = at_once(delay_counting.compute, delay_counting.compute)
    assert sorted(done) == [False, True]
    assert DelayCurve.objects.count() == len(WINDOWS) * len(Model)


def test_beat_asks_for_them_once(days: dict[date, ReportDay], sunscreen: Listing) -> None:
    earn(days, sunscreen, day(40), {1: 3})
    count_delays()
    count_delays()
    [job] = Job.objects.filter(kind="reports.delays")
    run_now(job)
    assert curve().by_age[1] == 3 * MICRO
    count_delays()
    assert Job.objects.filter(kind="reports.delays").count() == 1


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


def test_a_merchant_without_orders_has_an_empty_mix_once(
    shop: Merchant, days: dict[date, ReportDay], sunscreen: Listing
) -> None:
    earn(days, sunscreen, day(60), {1: 3}, window_days=30)
    assert delay_counting.compute()
    assert DelayMix.objects.get().parts == {str(sunscreen.product.category_id): 20}
    CreditFact.objects.all().delete()
    for ahead in (1, 2):
        with clock.at(clock.now() + timedelta(days=ahead)):
            assert delay_counting.compute()
    assert [mix.parts for mix in DelayMix.objects.order_by("at")][1:] == [{}]


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
