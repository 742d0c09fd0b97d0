"""Credit by the day of the conversion and by the day of the touch, against plain Python.

The world is full of what makes days hard: touches and orders on midnight of Shanghai and a
microsecond beside it, several notes and listings, values that nobody knows, refunds of other days.
"""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from merchants.catalogue.models import Product
from merchants.listings.models import Listing, ListingPeriod
from merchants.notes.models import Note
from portal import clock
from reports.answers.answer import answer
from reports.answers.question import Question, TimeBase
from reports.attribution.choices import WINDOWS, Model
from reports.attribution.models import CreditFact
from reports.attribution.tests import reference
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, attribute

pytestmark = pytest.mark.django_db

SPAN = 60
FIRST = LAST - timedelta(days=SPAN)
# Of a cell: what is credited, what of it has no known value, and fen.
Cells = Counter[tuple[Any, ...]]


def moment(random: Random, days_ago: tuple[int, int]) -> datetime:
    """Midnight of Shanghai or noon there, exactly or a microsecond off."""
    at = datetime.combine(LAST, time(), UTC) + timedelta(hours=random.choice((-8, -8, 4)))
    off = timedelta(microseconds=random.choice((0, 0, 1, -1)))
    return at - timedelta(days=random.randint(*days_ago)) + off


@pytest.fixture
def listings(live_listing: Listing, in_app_product: Product) -> list[Listing]:
    """Two products on one note, and one of them on another note, too."""
    other = Note.objects.create(
        merchant=live_listing.merchant, external_id="other", title="Other", kind="image",
        author_name="Lin", published_at=clock.now(),
    )  # fmt: skip
    made = [live_listing]
    for note, product, code in (
        (live_listing.note, in_app_product, "second"),
        (other, live_listing.product, "third"),
    ):
        made.append(
            Listing.objects.create(
                merchant=live_listing.merchant,
                note=note,
                product=product,
                code=code,
                placement="note_body",
                status="live",
                created_by=live_listing.created_by,
            )
        )
        ListingPeriod.objects.create(listing=made[-1], live_from=clock.now())
    ListingPeriod.objects.update(live_from=clock.now() - timedelta(days=2 * SPAN))
    return made


@pytest.fixture
def world(listings: list[Listing], take: Take) -> reference.World:
    """What happened to forty readers: it is in the lake and its days are computed."""
    random = Random(13)
    notes = sorted({listing.note.external_id for listing in listings})
    product = listings[0].product
    made = reference.World(
        listings=[
            reference.Listing(
                str(li.pk), li.note.external_id, li.product.external_id, str(li.product.store_id),
                datetime(2013, 1, 1, tzinfo=UTC),
            )
            for li in listings
        ]
    )  # fmt: skip
    for k in range(240):
        made.touchpoints.append(
            reference.Touchpoint(
                f"t{k:03d}",
                moment(random, (3, SPAN - 1)),
                f"u{random.randrange(40)}",
                random.choice(notes),
                random.choice(("view", "like", "click")),
            )
        )
    # A day on which nobody read or bought anything has no numbers: on each somebody reads and buys
    # nothing, and somebody buys who has read nothing.
    for k in range(SPAN + 1):
        noon = datetime.combine(LAST - timedelta(days=k), time(4), UTC)
        made.touchpoints.append(
            reference.Touchpoint(f"n{k:03d}", noon, "who only reads", notes[0], "view")
        )
        made.conversions.append(
            reference.Conversion(
                f"n{k:03d}", noon, "who only buys", str(product.store_id), None, "order", 100
            )
        )
    for k in range(120):
        values = (None, 1, 100, 10**9)
        bought = reference.Conversion(
            f"c{k:03d}", moment(random, (1, SPAN - 3)), f"u{random.randrange(40)}",
            str(product.store_id), random.choice((product.external_id, None)),
            random.choice(("order", "order", "cart")), random.choice(values),
        )  # fmt: skip
        made.conversions.append(bought)
        if bought.kind == "order" and bought.value_fen and random.random() < 0.4:
            made.conversions.append(
                reference.Conversion(
                    f"r{k:03d}",
                    max(bought.occurred_at, moment(random, (1, 10))),
                    None,
                    bought.store_id,
                    None,
                    "refund",
                    random.choice((bought.value_fen, 1)),
                    refund_of=bought.event_id,
                )
            )
    take("community", *map(as_touch, made.touchpoints))
    take("taobao_tmall", *(as_order(one, product) for one in made.conversions))
    attribute(FIRST, LAST)
    return made


def as_touch(touch: reference.Touchpoint) -> dict[str, Any]:
    return {
        "event_id": touch.event_id, "occurred_at": touch.occurred_at.isoformat(),
        "user_id": touch.user_id, "note_id": touch.note_id, "kind": touch.kind,
    }  # fmt: skip


def as_order(order: reference.Conversion, product: Product) -> dict[str, Any]:
    row = {
        "event_id": order.event_id, "occurred_at": order.occurred_at.isoformat(),
        "user_id": order.user_id or "somebody", "store_id": product.store.external_id,
        "product_id": order.product_id, "kind": order.kind, "value_fen": order.value_fen,
        "refund_of": order.refund_of,
    }  # fmt: skip
    return {name: value for name, value in row.items() if value is not None}


def day_of(at: datetime) -> date:
    return (at + timedelta(hours=8)).date()


def by_hand(world: reference.World, window_days: int) -> Cells:
    """What each model credits in each cell of a fact, touch by touch."""
    found: Cells = Counter()
    for row in world.credit(window_days):
        cell = (
            day_of(row.conversion.occurred_at), day_of(row.touchpoint.occurred_at),
            int(row.listing_id), world.kind(row.conversion), row.level, row.model,
        )  # fmt: skip
        found[*cell, "micro"] += row.micro
        found[*cell, "fen"] += row.fen or 0
        found[*cell, "unknown"] += row.micro if row.fen is None else 0
    return found


def in_facts(window_days: int) -> Cells:
    found: Cells = Counter()
    for fact in CreditFact.objects.filter(window_days=window_days):
        for model in Model:
            micro, fen = getattr(fact, model.micro), getattr(fact, model.fen)
            cell = (
                fact.on, fact.touched_on, fact.listing_id, fact.kind, fact.level, model.value,
            )  # fmt: skip
            found[*cell, "micro"] += micro or 0
            found[*cell, "fen"] += int(fen or 0)
            found[*cell, "unknown"] += (micro or 0) if fen is None else 0
    return found


def cells(found: Cells) -> dict[Any, int]:
    return {cell: count for cell, count in found.items() if count}


def summed(found: Cells, model: str, *, place: int) -> dict[tuple[date, str, str], int]:
    """Per day (of the order at 0, of the touch at 1), kind and measure."""
    sums: Counter[tuple[date, str, str]] = Counter()
    for cell, count in found.items():
        if cell[5] == model:
            sums[cell[place], cell[3], cell[6]] += count
    return {key: count for key, count in sums.items() if count}


def told(merchant: Any, model: Model, base: TimeBase) -> dict[tuple[date, str, str], int]:
    """The same as the answer to a question says it."""
    asked = Question(merchant, FIRST, LAST, model, 15, time_base=base)
    found: dict[tuple[date, str, str], int] = {}
    for on, sums in answer(asked).days.items():
        parts = (("micro", sums.credited_micro), ("fen", sums.value_fen))
        for name, of_kind in (*parts, ("unknown", sums.unpriced_micro)):
            found |= {(on, kind, name): count for kind, count in of_kind.items() if count}
    return found


def test_facts_and_reports_by_both_days_are_what_plain_python_finds(
    world: reference.World, listings: list[Listing]
) -> None:
    for window_days in WINDOWS:
        assert cells(in_facts(window_days)) == cells(by_hand(world, window_days))
    expected = by_hand(world, 15)
    assert len({cell[0] for cell in expected}) > 20
    for model in Model:
        for place, base in enumerate((TimeBase.ORDER, TimeBase.TOUCH)):
            assert told(listings[0].merchant, model, base) == summed(expected, model, place=place)


def test_the_sums_over_touch_days_and_over_order_days_agree(
    world: reference.World, listings: list[Listing]
) -> None:
    """Of each order day over its touch days, and of each touch day over its order days."""
    facts = in_facts(15)
    for model in Model:
        by_order, by_touch = (
            of_kinds(told(listings[0].merchant, model, base)) for base in TimeBase
        )
        assert by_order == by_touch == of_kinds(summed(facts, model, place=0))


def of_kinds(sums: dict[tuple[date, str, str], int]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for (_on, kind, measure), count in sums.items():
        found[kind, measure] += count
    return found
