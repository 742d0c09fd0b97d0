"""The order and the sums that PostgreSQL makes, against ones made fact by fact."""

import random
from collections import defaultdict
from typing import Any

import pytest

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from reports.answers.answer import answer
from reports.answers.question import By, Question
from reports.answers.ranking import RANKED
from reports.answers.rows import RankedRows
from reports.attribution.choices import Model
from reports.attribution.models import CreditFact, TouchFact
from reports.metrics import registry as metrics
from reports.metrics.sums import Sums
from reports.tests.factory import credit, day, publish, touch

pytestmark = pytest.mark.django_db

KINDS = ("order", "refund", "search", "visit", "favourite", "cart")
TOUCHES = ("view", "like", "collect", "comment", "share", "follow", "click")


@pytest.fixture
def busy(shop: Merchant, list_product: Any) -> Merchant:
    """Alice's merchant with nine listings: some only touched, some only credited."""
    dice = random.Random(7)
    days = publish(shop, day(3), day(2), day(1))
    for number in range(9):
        listing = list_product(shop, f"Cream {number}")
        for _ in range(8 if number % 4 else 0):
            kind = dice.choice(KINDS)
            fen = dice.choice([None, 0, dice.randrange(1, 900)])
            micro = dice.randrange(1, 3_000_000)
            given = {"value_fen": -fen if fen and kind == "refund" else fen, "credit_micro": micro}
            model = dice.choice([Model.LAST_TOUCH, Model.LAST_TOUCH, Model.LINEAR])
            credit(dice.choice(days), listing, kind, model=model, **given)
        for _ in range(8 if number % 3 else 0):
            count = dice.randrange(1, 50)
            touch(dice.choice(days), listing, dice.choice(TOUCHES), touchpoints=count)
    return shop


@pytest.mark.parametrize("by", RANKED)
def test_sums_and_order_are_those_of_the_facts(busy: Merchant, by: By) -> None:
    rows = answer(Question(busy, day(3), day(1), by=by)).rows
    expected = by_hand(by)
    assert len(rows) == len(expected)
    first = [value or 0 for value in worths(rows, metrics.GMV)]
    assert first == sorted(first, reverse=True)
    for metric in metrics.BREAKDOWN:
        for is_descending in (True, False):
            ordered = rows.in_order(metric, is_descending=is_descending)
            shown = [value for value in worths(ordered, metric) if value is not None]
            known = [value for value in worths(expected, metric) if value is not None]
            assert shown == sorted(known, reverse=is_descending), metric.code
            assert worths(ordered, metric)[: len(shown)] == shown, metric.code


def test_pages_of_a_breakdown_are_its_rows_without_gap_or_overlap(busy: Merchant) -> None:
    rows = answer(Question(busy, day(3), day(1), by=By.LISTING)).rows
    pages = [row.label.key for start in range(0, 12, 2) for row in rows[start : start + 2]]
    assert pages == [row.label.key for row in rows]


def test_the_rows_found_have_a_sum_of_their_own(busy: Merchant) -> None:
    rows = answer(Question(busy, day(3), day(1), by=By.LISTING)).rows
    code = Listing.objects.get(product__title="Cream 5").code
    (found,) = rows.found(code)
    assert found.label.text == "Cream 5"
    assert found.label.text in {row.label.text for row in rows.found("5 cream")}
    assert rows.found(code).total == found.sums
    assert rows.total != found.sums


def test_a_page_reads_the_labels_of_its_own_rows_only(
    busy: Merchant, django_assert_num_queries: Any
) -> None:
    rows = answer(Question(busy, day(3), day(1), by=By.NOTE)).rows
    assert isinstance(rows, RankedRows)
    # The order, the labels, and two sums: as many for one row as for all.
    with django_assert_num_queries(4):
        assert len(rows[:1]) == 1
    with django_assert_num_queries(3):
        assert len(rows[:9]) == 8


def by_hand(by: By) -> list[Any]:
    """A row per key, from every fact that counts, one by one."""
    sums: dict[Any, Sums] = defaultdict(Sums)
    for fact in CreditFact.objects.filter(model=Model.LAST_TOUCH):
        of = sums[getattr(fact, f"{by}_id")]
        of.credited_micro[fact.kind] += fact.credit_micro
        of.value_fen[fact.kind] += fact.value_fen or 0
        of.unpriced_micro[fact.kind] += fact.credit_micro if fact.value_fen is None else 0
    for touched in TouchFact.objects.all():
        sums[getattr(touched, f"{by}_id")].touchpoints[touched.kind] += touched.touchpoints
    return list(sums.values())


def worths(rows: Any, metric: metrics.Metric[Sums]) -> list[Any]:
    return [metric.of(getattr(row, "sums", row)) for row in rows]
