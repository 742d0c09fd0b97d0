"""Inventing notes, the products linked to them, and the boosts merchants ask for."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from demo.plan import covers
from demo.plan.period import Period, at
from demo.plan.planned import Outcome, PlannedBoost, PlannedListing, PlannedNote, PlannedProduct
from demo.plan.words import Good, Trade, words

OBJECTIVES = ("reads", "clicks", "orders")
DAILY_BUDGETS_FEN = (10_000, 20_000, 30_000, 50_000)


def notes(
    trade: Trade, goods: Sequence[Good], count: int, dice: random.Random, period: Period
) -> tuple[PlannedNote, ...]:
    """Note i is about good i, and so on in turn; no two have one title."""
    titles = dice.sample(trade.titles, k=len(trade.titles))
    made: dict[str, PlannedNote] = {}
    for i in range(count):
        good = goods[i % len(goods)]
        turn = i // len(titles)
        title = titles[(i + turn) % len(titles)].format(good=good.name)
        if title in made:
            title = f"{title}（更新）"
        made[title] = PlannedNote(
            external_id=f"{dice.getrandbits(96):024x}",
            title=title,
            author=dice.choice(words().authors),
            kind=dice.choice(("image", "image", "video")),
            published_at=at(
                _publication_day(i, dice, period), dice.randint(8, 21), dice.randint(0, 59)
            ),
            text=_text(title, i).format(good=good.name),
            cover=i % covers.COUNT,
        )
    return tuple(made.values())


def _text(title: str, i: int) -> str:
    """In turn, beginning with another one for each merchant's first title; no dice are thrown."""
    texts = words().texts
    return texts[(i + len(title)) % len(texts)]


def _publication_day(i: int, dice: random.Random, period: Period) -> date:
    """Two of three notes are older than the period, the others appear in its first half."""
    if i % 3 < 2:
        return period.first_on - timedelta(days=dice.randint(2, 25))
    return dice.choice(period.days[: max(1, len(period.days) // 2)])


def listings(
    notes: Sequence[PlannedNote],
    products: Sequence[PlannedProduct],
    goods: int,
    dice: random.Random,
) -> tuple[PlannedListing, ...]:
    """Each note links its good in one store outside, if there is any, and often in the app.

    `products` holds `goods` of them per store, the in-app shop's first. No note links one store
    twice, so that a touch on it counts for exactly one listing of that store.
    """
    outside_stores = len(products) // goods - 1
    made = []
    for i, note in enumerate(notes):
        inside = products[i % goods]
        if outside_stores:
            store = 1 + (i + i // goods) % outside_stores
            outside = products[store * goods + i % goods]
            made.append(_listing(note, outside, "note_body", fallback=inside))
        if not outside_stores or (i and dice.random() < 0.5):
            made.append(_listing(note, inside, "comment_pinned" if outside_stores else "note_body"))
    return tuple(made)


def _listing(
    note: PlannedNote,
    product: PlannedProduct,
    placement: str,
    *,
    fallback: PlannedProduct | None = None,
) -> PlannedListing:
    return PlannedListing(
        note=note,
        product=product,
        placement=placement,
        fallback=fallback,
        live_from=note.published_at + timedelta(hours=2),
    )


def with_a_pause(listings: Sequence[PlannedListing], period: Period) -> tuple[PlannedListing, ...]:
    """The same listings, one of them paused for a few days in the middle of `period`.

    It is the only one of its note, so that touches of these days meet nothing live.
    """
    notes = [listing.note.external_id for listing in listings]
    place = next(i for i, note in enumerate(notes) if notes.count(note) == 1)
    middle = period.days[len(period.days) // 2]
    days = max(1, len(period.days) // 12)
    paused = replace(
        listings[place],
        paused_at=at(middle, 10),
        resumed_at=at(middle + timedelta(days=days), 10),
    )
    return (*listings[:place], paused, *listings[place + 1 :])


def boosts(
    notes: Sequence[PlannedNote],
    outcomes: Sequence[Outcome],
    dice: random.Random,
    period: Period,
) -> tuple[PlannedBoost, ...]:
    """One boost per outcome, each of another of the older notes first."""
    oldest_first = sorted(notes, key=lambda note: note.published_at)
    return tuple(
        _boost(oldest_first[i % len(notes)], outcome, dice, period)
        for i, outcome in enumerate(outcomes)
    )


def _boost(
    note: PlannedNote, outcome: Outcome, dice: random.Random, period: Period
) -> PlannedBoost:
    starts_on, days = _flight(outcome, dice, period)
    budget_fen = dice.choice(DAILY_BUDGETS_FEN) * days
    return PlannedBoost(
        note=note,
        objective=dice.choice(OBJECTIVES),
        budget_fen=budget_fen,
        grant_fen=budget_fen // 4 if dice.random() < 0.4 else 0,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days - 1),
        outcome=outcome,
    )


def _flight(outcome: Outcome, dice: random.Random, period: Period) -> tuple[date, int]:
    """First day and number of days that fit the outcome on the day after the period."""
    tomorrow = period.last_on + timedelta(days=2)
    length = max(2, len(period.days) // 6)
    if outcome in (Outcome.COMPLETED, Outcome.STOPPED):
        return dice.choice(period.days[: max(1, len(period.days) // 2)]), length
    if outcome == Outcome.RUNNING:
        return period.days[-length], 2 * length
    return tomorrow + timedelta(days=dice.randint(1, 6)), length
