"""A breakdown that is too long to be counted: its pages are the whole order, piece by piece."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from portal.ui import turning
from reports.answers.answer import answer
from reports.answers.fact_sql import DEFAULT_ORDER
from reports.answers.question import By, Question
from reports.answers.rows import RankedRows, Rows
from reports.attribution.choices import Model
from reports.attribution.models import CreditFact, ReportDay, TouchFact
from reports.metrics import registry as metrics
from reports.metrics.meanings import Additive
from reports.metrics.registry import Metric
from reports.metrics.sums import Sums
from reports.tests.factory import credit, day, publish, touch

pytestmark = pytest.mark.django_db
COUNT, SIZE = 16, 3
LETTERS = [3 * letter for letter in "ghijklmnopqrstuv"]
ORDERS = [
    DEFAULT_ORDER,
    *(((metric, is_falling),) for metric in metrics.BREAKDOWN for is_falling in (True, False)),
]


@pytest.fixture(autouse=True)
def _few_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turning, "MOST_COUNTED", 7)


@pytest.fixture(params=[1, 2])
def wide(request: Any, shop: Merchant, list_product: Any) -> Merchant:
    """Sixteen listings: some only touched, some credited with nothing, with less than nothing or
    with what nobody knows; values are few, so that many are equal."""
    dice = random.Random(request.param)
    days = publish(shop, day(2), day(1))
    for number in range(COUNT):
        listing = list_product(shop, f"Cream {LETTERS[number]}")
        kinds = dice.choice([("order",), ("order", "refund"), ("visit", "cart"), ()])
        for kind in kinds:
            fen = dice.choice([None, None, 0, 0, 500, 900, -500])
            model = dice.choice([Model.LAST_TOUCH, Model.LAST_TOUCH, Model.LINEAR])
            micro = dice.choice([1, 2]) * 1_000_000
            credit(dice.choice(days), listing, kind, value_fen=fen, model=model, credit_micro=micro)
        for kind in dice.sample(("view", "like", "click"), dice.randrange(3)) or ("share",):
            touch(dice.choice(days), listing, kind, touchpoints=dice.choice([1, 2]))
    return shop


def rows_of(shop: Merchant, by: By = By.LISTING) -> RankedRows:
    rows = answer(Question(shop, day(2), day(1), by=by)).rows
    assert isinstance(rows, RankedRows)
    return rows


def ordered(rows: Rows, order: tuple[tuple[Metric[Sums], bool], ...]) -> Any:
    """`rows` in `order`, which pages ask for by one metric alone."""
    for metric, is_falling in order[:1] if order != DEFAULT_ORDER else ():
        rows = rows.in_order(metric, is_descending=is_falling)
    return rows


def asked(**given: object) -> MultiValueDict[str, str]:
    return MultiValueDict({name: [str(value)] for name, value in given.items()})


def by_hand(order: tuple[tuple[Metric[Sums], bool], ...]) -> list[str]:
    """The codes of listings in `order`, from the facts, one by one."""
    sums: dict[int, Sums] = defaultdict(Sums)
    current = {"report_day_id__in": ReportDay.objects.current().values("pk")}
    for fact in CreditFact.objects.exclude(last_touch_micro=None).filter(**current):
        of = sums[fact.listing_id]
        credited, fen = fact.last_touch_micro or 0, fact.last_touch_fen
        of.credited_micro[fact.kind] += credited
        of.value_fen[fact.kind] += int(fen or 0)
        of.unpriced_micro[fact.kind] += credited if fen is None else 0
    for touched in TouchFact.objects.filter(**current):
        for pk in touched.listing_ids:
            sums[pk].touchpoints[touched.kind] += touched.touchpoints

    def place(pk: int) -> list[Any]:
        values = [(metric.of(sums[pk]), is_falling) for metric, is_falling in order]
        signed = [value if value is None or not falls else -value for value, falls in values]
        return [*((value is None, value or 0) for value in signed), pk]

    codes = Listing.objects.in_bulk(sums)
    return [codes[pk].code for pk in sorted(sums, key=place)]


def forwards(rows: RankedRows) -> Iterator[turning.Page]:
    page = rows.turned(asked(), size=SIZE)
    yield page
    while page.after:
        page = rows.turned(asked(after=page.after), size=SIZE)
        yield page


def backwards(rows: RankedRows, last: turning.Page) -> Iterator[turning.Page]:
    page = last
    yield page
    while page.before:
        page = rows.turned(asked(before=page.before), size=SIZE)
        yield page


def keys(page: turning.Page) -> list[str]:
    return [row.label.key for row in page.rows]


def test_turning_forth_and_back_shows_the_whole_order(wide: Merchant) -> None:
    for order in ORDERS:
        rows, expected = ordered(rows_of(wide), order), by_hand(order)
        asked_for = [metric.code for metric, _is_falling in order]
        assert rows.counted() is None
        there = list(forwards(rows))
        assert [key for page in there for key in keys(page)] == expected, asked_for
        back = list(backwards(rows, there[-1]))
        assert [key for page in reversed(back) for key in keys(page)] == expected, asked_for
        assert there[0].before == back[-1].before == ""


def test_the_order_of_the_file_is_that_of_the_pages(wide: Merchant) -> None:
    rows = rows_of(wide)
    assert [row.label.key for row in rows] == by_hand(DEFAULT_ORDER)


def test_a_number_too_large_is_the_last_page_that_has_one(wide: Merchant) -> None:
    rows, whole = rows_of(wide), by_hand(DEFAULT_ORDER)
    assert keys(rows.turned(asked(page=2), size=SIZE)) == whole[3:6]
    for number in ("3", "1000000", "9" * 18):
        assert keys(rows.turned(asked(page=number), size=SIZE)) == whole[3:6]


@pytest.mark.parametrize("place", ["x", "-1", "1.5", "٣", "9" * 30, "999999999999", "null"])
def test_a_place_that_is_none_is_the_first_page(wide: Merchant, place: str) -> None:
    first = rows_of(wide).turned(asked(after=place), size=SIZE)
    assert keys(first) == by_hand(DEFAULT_ORDER)[:SIZE]


def test_what_words_find_is_turned_like_everything(wide: Merchant) -> None:
    found = rows_of(wide).found("cream")
    assert isinstance(found, RankedRows)
    assert found.counted() is None
    assert [key for page in forwards(found) for key in keys(page)] == by_hand(DEFAULT_ORDER)
    assert len(rows_of(wide).found("cream ppp")) == 1


def test_the_foot_of_very_many_found_rows_sums_the_page_and_says_so(
    client_of: Any, alice: User, wide: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turning, "MOST_COUNTED", 10)
    question = {"by": "listing", "first_on": day(2), "last_on": day(1), "per_page": 10}
    address = reverse("reports:report-detail", args=[wide.code])
    for words, foot in (("cream", "page"), ("", "all"), ("cream ppp", "found")):
        answered = client_of(alice).get(address, question | {"q": words})
        table, sums = answered.context["table"], Sums()
        of_page = [row.record["row"] for row in table.paginated_rows]
        all_of_them: Rows = rows_of(wide).found(words) if words else rows_of(wide)
        for row in of_page if foot == "page" else all_of_them:
            sums.add(row.sums or Sums())
        added = [metric for metric in metrics.BREAKDOWN if metric.additive != Additive.NO]
        assert {metric.of(table.sums) == metric.of(sums) for metric in added} == {True}
        said = answered.content.decode()
        assert ("Sum of this page" in said) is (foot == "page")
        assert ("Sum of the rows found" in said) is (foot == "found")
        assert ("Sum of all rows" in said) is (foot == "all")


def test_many_and_few_that_words_find_are_in_the_same_order_and_have_the_same_sum(
    wide: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for order in ORDERS:
        many, few = (ordered(rows_of(wide).found("cream"), order) for _ in range(2))
        assert isinstance(many, RankedRows)
        assert isinstance(few, RankedRows)
        assert many.counted() is None
        shown, total = list(many), many.total
        monkeypatch.setattr(turning, "MOST_COUNTED", COUNT)
        assert few.counted() == COUNT
        assert list(few) == shown
        assert all(metric.of(few.total) == metric.of(total) for metric in metrics.BREAKDOWN)
        assert [row.label.key for row in few] == by_hand(order)
        monkeypatch.setattr(turning, "MOST_COUNTED", 7)


def test_few_rows_of_very_many_that_words_find_are_counted(
    wide: Merchant, list_product: Any
) -> None:
    for number in range(turning.MOST_COUNTED + 1):
        list_product(wide, f"Cream untouched {number}")
    touched = list_product(wide, "Cream untouched no longer")
    touch(ReportDay.objects.earliest("on"), touched, "view", touchpoints=5)
    found = rows_of(wide).found("untouched")
    assert isinstance(found, RankedRows)
    assert len(found.keys or ()) > turning.MOST_COUNTED
    assert found.counted() == 1
    assert [row.label.key for row in found] == [touched.code]
    assert metrics.READS.of(found.total) == 5


def test_a_page_of_credited_rows_asks_for_no_other_keys(shop: Merchant, list_product: Any) -> None:
    days = publish(shop, day(2), day(1))
    for number in range(COUNT):
        listing = list_product(shop, f"Cream {number}")
        credit(days[0], listing, "order", value_fen=100 + number)
        touch(days[1], listing, "view")
    rows = rows_of(shop)
    with CaptureQueriesContext(connection) as asked_of_pages:
        assert rows.counted() is None
        assert len(rows.turned(asked(page=2), size=SIZE).rows) == SIZE
    # As many facts are read as show that they are many; then of touchpoints only those of the rows
    # that are shown.
    reads = [query["sql"] for query in asked_of_pages if "reports_touchfact" in query["sql"]]
    many, *others = ["FROM touched" in sql for sql in reads]
    assert many
    assert not any(others)


def test_alice_turns_a_long_report(
    client_of: Any, alice: User, wide: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turning, "MOST_COUNTED", 10)
    address = reverse("reports:report-detail", args=[wide.code])
    question = f"?by=listing&first_on={day(2)}&last_on={day(1)}&per_page=10"
    browser, seen, link = client_of(alice), [], question
    while link:
        page = browser.get(address + link).content.decode()
        assert "of more than 10" in page
        assert "Sum of all rows" in page
        table = page[page.index('id="table"') :]
        seen += re.findall(r'href="[^"]*/listings/([^/?]+)/', table)
        found = re.search(r'id="page-next" href="[^"?]+([^"]+)"', page)
        link = unescape(found[1]) if found else ""
    assert len(seen) == len(set(seen)) == COUNT
