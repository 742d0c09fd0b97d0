"""The sums that are kept of report days, against their facts."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, models

from campaigns.boosts.models import Boost, Objective
from merchants.listings.models import Listing
from portal import clock
from reports.attribution.choices import Model
from reports.attribution.models import (
    CreditFact,
    CreditSum,
    ReportDay,
    Run,
    TouchFact,
    TouchSum,
)
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, attribute, order, touch
from reports.tasks import request_due, sweep

pytestmark = pytest.mark.django_db

CREDIT = ("on", "boost_id", "placement", "store_kind", "kind", "window_days")
MEASURES = ["touchpoints", *(column for model in Model for column in (model.micro, model.fen))]
TOUCHES = ("on", "boost_id", "placements", "store_kinds", "kind")


@pytest.fixture
def busy(sold: Listing, take: Take) -> Listing:
    """Orders with and without a value, a cart, a refund, and a touch of a boost."""
    boost = Boost.objects.create(
        merchant=sold.merchant, note=sold.note, objective=Objective.READS, starts_on=LAST,
        ends_on=LAST, budget_fen=10_000, external_id="b1", created_by=sold.created_by,
        request_key=uuid4(),
    )  # fmt: skip
    take("community", touch("b", sold, days_ago=0, boost_id=boost.external_id, kind="like"))
    take(
        "taobao_tmall",
        order("c2", sold, value_fen=None),
        order("c3", sold, kind="cart", value_fen=None),
        order("r1", sold, kind="refund", refund_of="c1", value_fen=30),
    )
    return sold


def test_every_report_day_has_the_sums_of_its_facts(busy: Listing) -> None:
    attribute(LAST - timedelta(days=3), LAST)
    assert CreditSum.objects.exists()
    assert TouchSum.objects.exists()
    assert_summed()


def test_facts_that_postgresql_does_not_expect_are_not_looked_up_one_by_one(busy: Listing) -> None:
    """Of facts of days it has not counted it expects none, and each would be compared with all."""
    plans: list[str] = []

    def explained(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT INTO reports_touchsum" in sql:
            with connection.connection.cursor() as beside:
                plans.extend(line for (line,) in beside.execute(f"EXPLAIN {sql}", params))
        return execute(sql, params, many, context)

    attribute(LAST - timedelta(days=30), LAST - timedelta(days=4))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reports_touchfact")
    with connection.execute_wrapper(explained):
        attribute(LAST - timedelta(days=3), LAST)
    conditions = [line.strip() for line in plans if "listing_ids = " in line]
    assert conditions
    assert all(line.startswith(("Hash Cond", "Merge Cond")) for line in conditions)


def test_a_day_that_is_computed_again_has_new_sums_and_no_other_has(
    busy: Listing, take: Take
) -> None:
    attribute(LAST - timedelta(days=3), LAST)
    before = {row.pk: row for row in [*CreditSum.objects.all(), *TouchSum.objects.all()]}
    take("taobao_tmall", order("c4", busy, value_fen=5))
    attribute(LAST, LAST)
    new = ReportDay.objects.current().filter(on=LAST).values_list("pk", flat=True)
    rows = [*CreditSum.objects.all(), *TouchSum.objects.all()]
    assert {row.report_day_id for row in rows if row.pk not in before} == set(new)
    assert before.keys() <= {row.pk for row in rows}
    assert_summed()


@pytest.mark.parametrize("missing", [{CreditSum, TouchSum}, {CreditSum}, {TouchSum}])
def test_days_that_an_older_worker_published_get_their_sums(
    busy: Listing, missing: set[type[models.Model]]
) -> None:
    attribute(LAST - timedelta(days=3), LAST)
    for sums in missing:
        sums._default_manager.all().delete()
    request_due()
    assert_summed()


def test_days_of_any_time_get_their_sums_once_a_day_and_once_only(busy: Listing) -> None:
    attribute(LAST - timedelta(days=3), LAST)
    before = CreditSum.objects.count()
    CreditSum.objects.filter(on=LAST).delete()
    Run.objects.update(published_at=clock.now() - timedelta(days=3))
    request_due()
    assert not CreditSum.objects.filter(on=LAST).exists()
    sweep()
    sweep()
    assert CreditSum.objects.count() == before
    assert_summed()


def assert_summed() -> None:
    """Facts and sums add up to the same in every cell that both have, day by day."""
    assert cells(CreditFact.objects.values(), CREDIT) == cells(CreditSum.objects.values(), CREDIT)
    touches = [{**row, **shelf(row["listing_ids"])} for row in TouchFact.objects.values()]
    assert cells(touches, TOUCHES) == cells(TouchSum.objects.values(), TOUCHES)


def shelf(listing_ids: list[int]) -> dict[str, list[str]]:
    """The placements and kinds of store of some listings."""
    listings = Listing.objects.filter(pk__in=listing_ids)
    places = set(listings.values_list("placement", "product__store__kind"))
    placements, store_kinds = ({place[side] for place in places} for side in (0, 1))
    return {"placements": sorted(placements), "store_kinds": sorted(store_kinds)}


def cells(rows: Iterable[Any], of: tuple[str, ...]) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for row in rows:
        cell = (row["report_day_id"], row["merchant_id"], *(str(row[column]) for column in of))
        for measure in MEASURES:
            found[cell, measure] += row.get(measure) or 0
        for model in Model:
            if row.get(model.fen) is None:
                found[cell, f"{model} without a value"] += row.get(model.micro) or 0
    return found
