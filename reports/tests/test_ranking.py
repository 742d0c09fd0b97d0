"""The order and the sums that PostgreSQL makes, against ones made fact by fact."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from campaigns.boosts.models import Boost, Objective
from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import Note
from portal import clock
from portal.ui import turning
from reports.answers.answer import answer
from reports.answers.columns import columns
from reports.answers.question import By, Question
from reports.answers.ranking import RANKED
from reports.answers.rows import RankedRows
from reports.answers.summing import COLUMN
from reports.attribution.choices import Model
from reports.attribution.models import CreditFact, ReportDay, TouchFact
from reports.metrics import registry as metrics
from reports.metrics.meanings import POPULATIONS
from reports.metrics.sampled import Counts
from reports.metrics.sums import Sums
from reports.metrics.terms import SUMS, Term
from reports.sources.models import Source
from reports.tests.factory import credit, day, publish, touch

pytestmark = pytest.mark.django_db

KINDS = ("order", "refund", "search", "visit", "favourite", "cart")
TOUCHES = ("view", "like", "collect", "comment", "share", "follow", "click")


@pytest.fixture
def busy(shop: Merchant, list_product: Any) -> Merchant:
    """Alice's merchant with nine notes: some only touched, some only credited, some with a second
    listing, in the in-app shop, that shares the touches; one day was computed a second time."""
    dice = random.Random(7)
    # What nobody sends is a dash, by which nothing is put in order.
    Source.objects.update(sends=list(POPULATIONS))
    days = publish(shop, day(3), day(2), day(1))
    [again] = supersede(days[1])
    boosts = [boost(shop, list_product(shop, f"Boosted {number}")) for number in range(2)]
    for number in range(9):
        listing = list_product(shop, f"Cream {number}")
        for _ in range(8 if number % 4 else 0):
            kind = dice.choice(KINDS)
            fen = dice.choice([None, 0, dice.randrange(1, 900)])
            micro = dice.randrange(1, 3_000_000)
            given = {"value_fen": -fen if fen and kind == "refund" else fen, "credit_micro": micro}
            model = dice.choice([Model.LAST_TOUCH, Model.LAST_TOUCH, Model.LINEAR])
            boost_id = dice.choice([None, None, *boosts])
            on = dice.choice([*days, again])
            credit(on, listing, kind, model=model, boost_id=boost_id, **given)
        for _ in range(8 if number % 3 else 0):
            count = dice.randrange(1, 50)
            on = dice.choice([*days, again])
            boost_id = dice.choice([None, None, *boosts])
            shares = {}
            if number in (1, 5, 8):
                both = [listing.pk, beside(listing, list_product).pk]
                shares = {"listing_ids": dice.choice([both, both, both[:1], both[1:]])}
            asked = {"touchpoints": count, "boost_id": boost_id, **shares}
            touch(on, listing, dice.choice(TOUCHES), **asked)
    return shop


def beside(listing: Listing, list_product: Any) -> Listing:
    """The listing in the in-app shop on the same note, which is made if it is not there."""
    title = f"{listing.product.title} beside"
    found: Listing = Listing.objects.filter(product__title=title).first() or list_product(
        listing.merchant, title, kind="in_app", on=listing
    )
    return found


def boost(shop: Merchant, listing: Listing) -> int:
    asked = Boost.objects.create(
        merchant=shop, note=listing.note, objective=Objective.READS, starts_on=day(3),
        ends_on=day(1), budget_fen=10_000, created_by=listing.created_by, request_key=uuid4(),
        external_id=listing.code,
    )  # fmt: skip
    return asked.pk


def supersede(report_day: ReportDay) -> list[ReportDay]:
    """The day as a later run publishes it."""
    report_day.superseded_at = clock.now()
    report_day.save()
    return publish(report_day.merchant, report_day.on)


@pytest.mark.parametrize("by", RANKED)
def test_sums_and_order_are_those_of_the_facts(busy: Merchant, by: By) -> None:
    question = Question(busy, day(3), day(1), by=by)
    rows, expected = answer(question).rows, by_hand(by)
    assert len(rows) == len(expected)
    first = [value or 0 for value in worths(rows, metrics.GMV)]
    assert first == sorted(first, reverse=True)
    for metric in columns(question):
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
    # The order with its sums, the labels, what is not connected (sources, stores; where all is sent
    # nobody looks for what came), whether anything was spent, and what is assumed of sales: as many
    # for one row as for all.
    with django_assert_num_queries(2 + 2 + 2):
        assert len(rows[:1]) == 1
    with django_assert_num_queries(1):
        assert len(rows[:9]) == 8


@pytest.mark.parametrize("by", By)
def test_every_breakdown_and_its_total_are_the_sums_of_the_facts(busy: Merchant, by: By) -> None:
    rows = answer(Question(busy, day(3), day(1), by=by)).rows
    found = [row.sums for row in rows if not is_empty(row.sums)]
    expected = by_hand(by)
    assert sorted(map(printed, found)) == sorted(map(printed, expected))
    assert printed(rows.total) == printed(added(by_hand(By.NOTE))), "each touch once"


@pytest.mark.parametrize("by", [*RANKED, By.STORE_KIND, By.PLACEMENT])
@pytest.mark.parametrize("most", [turning.MOST_COUNTED, 2])
def test_the_total_of_what_is_found_counts_each_touch_once(
    busy: Merchant, by: By, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many keys the words find."""
    monkeypatch.setattr(turning, "MOST_COUNTED", most)
    rows, shared = answer(Question(busy, day(3), day(1), by=by)).rows, False
    for words in ("Cream", "5 cream", "boosted", "nothing", "e", "a"):
        found = rows.found(words)
        assert len(found) == len(list(found))
        total, keys = found.total, {row.label.key for row in found}
        of_rows = added(row.sums for row in found)
        assert printed(replace(total, touchpoints=Counts())) == printed(
            replace(of_rows, touchpoints=Counts())
        )
        assert total.touchpoints == touched_once(by, keys) or not keys
        shared |= total.touchpoints != of_rows.touchpoints
    assert shared is by.shares_touches


def touched_once(by: By, keys: set[str]) -> Counter[str]:
    """The touches that any of `keys` has, fact by fact."""
    counts: Counter[str] = Counter()
    for fact in TouchFact.objects.filter(
        report_day_id__in=ReportDay.objects.current().values("pk")
    ):
        if keys & {name_of(key, by) for key in keys_of(fact, by)}:
            counts[fact.kind] += fact.touchpoints
    return counts


def name_of(key: Any, by: By) -> str:
    """The key that a row shows."""
    if by == By.NOTE:
        return Note.objects.get(pk=key).external_id
    if by == By.LISTING:
        return Listing.objects.get(pk=key).code
    if by == By.PRODUCT:
        product = Product.objects.select_related("store").get(pk=key)
        return f"{product.store.kind}/{product.store.external_id}/{product.external_id}"
    if by == By.BOOST:
        return Boost.objects.get(pk=key).external_id if key else "organic"
    return str(key)


def printed(sums: Sums | None) -> list[list[tuple[str, int]]]:
    """What is not zero of it, in an order."""
    sums = sums or Sums()
    counted = (sums.touchpoints, sums.credited_micro, sums.value_fen, sums.unpriced_micro)
    return [sorted((kind, count) for kind, count in one.items() if count) for one in counted]


def is_empty(sums: Sums | None) -> bool:
    return not any(printed(sums))


def added(parts: Iterable[Sums | None]) -> Sums:
    total = Sums()
    for sums in parts:
        total.add(sums or Sums())
    return total


def by_hand(by: By) -> list[Sums]:
    """A row per key, from every fact that counts, one by one."""
    sums: dict[Any, Sums] = defaultdict(Sums)
    current = {"report_day_id__in": ReportDay.objects.current().values("pk")}
    for fact in CreditFact.objects.exclude(last_touch_micro=None).filter(**current):
        of = sums[product_of(fact.listing_id) if by == By.PRODUCT else getattr(fact, COLUMN[by])]
        credited, fen = fact.last_touch_micro or 0, fact.last_touch_fen
        of.credited_micro[fact.kind] += credited
        of.value_fen[fact.kind] += int(fen or 0)
        of.unpriced_micro[fact.kind] += credited if fen is None else 0
    for touched in TouchFact.objects.filter(**current):
        for key in keys_of(touched, by):
            sums[key].touchpoints[touched.kind] += touched.touchpoints
    return list(sums.values())


def product_of(listing: int) -> int:
    return Listing.objects.get(pk=listing).product_id


def keys_of(touched: TouchFact, by: By) -> set[Any]:
    """What shares the touches of a fact."""
    listings = Listing.objects.filter(pk__in=touched.listing_ids)
    if by == By.STORE_KIND:
        return set(listings.values_list("product__store__kind", flat=True))
    if by == By.PLACEMENT:
        return set(listings.values_list("placement", flat=True))
    if by == By.PRODUCT:
        return set(listings.values_list("product", flat=True))
    if by == By.LISTING:
        return set(touched.listing_ids)
    return {getattr(touched, COLUMN[by])}


def worths(rows: Any, metric: metrics.Metric[Sums]) -> list[Any]:
    return [metric.of(getattr(row, "sums", row)) for row in rows]


@pytest.mark.parametrize(
    "metric", [metrics.READS, metrics.CLICKS, metrics.ORDERS, metrics.GMV, metrics.VISITS]
)
def test_a_term_says_the_columns_that_it_reads(metric: metrics.Metric[Sums]) -> None:
    term: Any = metric.of(SUMS)
    assert isinstance(term, Term)
    columns = ("touchpoints", "credit_micro", "value_fen")
    assert term.columns == {column for column in columns if column in term.sql.as_string()}
    assert term.columns
