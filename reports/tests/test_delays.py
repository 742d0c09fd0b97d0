"""Delay curves: counted once a day from what is whole, and of the moment that is asked for."""

from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.jobs.models import Job
from portal.jobs.queue import run_now
from reports.answers import delay_counting
from reports.answers.delays import (
    DelayCurve,
    DelayMix,
    law,
)
from reports.attribution.choices import WINDOWS, Model
from reports.attribution.models import CreditFact, ReportDay
from reports.metrics.sums import MICRO
from reports.sources.models import Source
from reports.tasks import count_delays
from reports.tests.delay_days import FIRST, ask, curve, days
from reports.tests.delay_worlds import delays_of
from reports.tests.factory import day
from reports.tests.known_delays import WINDOW
from tests.racing import at_once

__all__ = ["days"]


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
