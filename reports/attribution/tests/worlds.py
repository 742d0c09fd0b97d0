"""Small random worlds full of what makes attribution hard.

Few users, notes and stores and a coarse clock make ties, several listings of a note, ended periods,
touches exactly on a window's edge, named clicks of other readers, wrong names of clicks and orders,
ids that two stores or two sources share, orders of several lines, and refunds of an order in parts,
at once, beyond its value and of unknown value all common.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from reports.attribution.tests.reference import Conversion, Listing, Touchpoint, World

START = datetime(2026, 3, 1, tzinfo=UTC)
TOUCH_KINDS = (
    "view", "like", "collect", "comment", "share", "follow", "click", "click", "click", "click",
    "repeated_click", "machine_click",
)  # fmt: skip
CONVERSION_KINDS = ("search", "visit", "favourite", "cart", "order", "order", "presale_deposit")
VALUES = (None, 0, 1, 2, 3, 7, 50, 50, 100, 100, 99_999_999, 10**15 - 1)
IDS = ("", "é", "𠀀", "\ufffd", " 10", "9", "10", "Z", "a")


def world(seed: int, sources: tuple[str, ...] = ("",)) -> World:
    """A world of its own: ids start with the seed, so worlds can be put together."""
    random = Random(seed)
    names = _Names(seed, random, sources)
    made = World()
    made.listings = [listing for k in range(random.randint(0, 7)) for listing in names.listing(k)]
    made.touchpoints = [names.touchpoint(k) for k in range(random.randint(0, 14))]
    for k in range(random.randint(1, 6)):
        made.conversions.append(names.conversion(k, made))
    made.conversions += [names.further_line(k, made) for k in range(random.randint(0, 2))]
    for k in range(random.randint(0, 6)):
        made.conversions.append(names.refund(k, made))
    made.touchpoints = list({(t.source, t.event_id): t for t in made.touchpoints}.values())
    by_key = {(c.source, c.store_id, c.event_id): c for c in made.conversions}
    made.conversions = list(by_key.values())
    random.shuffle(made.conversions)
    random.shuffle(made.touchpoints)
    return made


def together(worlds: list[World]) -> World:
    return World(
        [touchpoint for w in worlds for touchpoint in w.touchpoints],
        [conversion for w in worlds for conversion in w.conversions],
        [listing for w in worlds for listing in w.listings],
    )


def _is_click_on(touchpoint: Touchpoint, listing: Listing) -> bool:
    return touchpoint.kind == "click" and touchpoint.note_id == listing.note_id


class _Names:
    def __init__(self, seed: int, random: Random, sources: tuple[str, ...]) -> None:
        self.random, self.sources = random, sources
        self.prefix = f"{seed:04d}"
        # Of half of the worlds the clock strikes midnight and noon of Shanghai.
        self.start = START + timedelta(hours=random.choice((0, 4)))

    def any(self, kind: str, count: int) -> str:
        return f"{kind}{self.prefix}{IDS[self.random.randrange(count)]}"

    def moment(self, days: int = 34) -> datetime:
        """A moment on a clock that ticks every 12 hours, now and then a microsecond off."""
        off = self.random.choice((0, 0, 0, 0, 1, -1))
        ticks = self.random.randrange(days * 2)
        return self.start + timedelta(hours=12 * ticks, microseconds=off)

    def listing(self, k: int) -> list[Listing]:
        store = self.any("s", 2)
        at = (f"l{self.prefix}{IDS[k]}", self.any("n", 4), self.any("p", 2), store)
        first = self.start - timedelta(days=1) if self.random.random() < 0.7 else self.moment()
        if self.random.random() < 0.6:
            return [Listing(*at, first)]
        ended = first + timedelta(hours=12 * self.random.randint(1, 30))
        again = ended + timedelta(hours=12 * self.random.randint(0, 10))
        return [Listing(*at, first, ended), Listing(*at, again)][: self.random.randint(1, 2)]

    def touchpoint(self, k: int) -> Touchpoint:
        kind = self.random.choice(TOUCH_KINDS)
        named = None
        if kind == "click" and self.random.random() < 0.6:
            named = self.any("l", 7)
        # Sources may give one id to different touchpoints.
        number = k // len(self.sources)
        return Touchpoint(
            f"t{self.prefix}{self.random.choice('xyz')}{number}",
            self.moment(),
            self.any("u", 2),
            self.any("n", 4),
            kind,
            named,
            self.random.choice(self.sources),
            self.random.choice((None, None, None, self.any("b", 3))),
        )

    def conversion(self, k: int, made: World) -> Conversion:
        ids = [touchpoint.event_id for touchpoint in made.touchpoints]
        click = self.random.choice([*ids, "nothing"]) if self.random.random() < 0.5 else None
        without = 0.4 if click else 0.1
        user = None if self.random.random() < without else self.any("u", 2)
        product = None if self.random.random() < 0.15 else self.any("p", 2)
        kind = self.random.choice(CONVERSION_KINDS)
        moment, store = self.moment(50), self.any("s", 2)
        sellable = [
            (t, li) for t in made.touchpoints for li in made.listings if _is_click_on(t, li)
        ]
        if click and sellable and self.random.random() < 0.6:
            clicked, listing = self.random.choice(sellable)
            click, store = clicked.event_id, listing.store_id
            moment = clicked.occurred_at + timedelta(hours=12 * self.random.randint(0, 31))
        return Conversion(
            # Two stores number their orders alike, and so may two sources of one store.
            f"c{self.prefix}{k // 2}",
            moment,
            user,
            store,
            product,
            kind,
            self.random.choice(VALUES),
            click,
            # An order's number is now and then the id of a line, its own or another's.
            order_id=self.random.choice((None, self.any("o", 2), f"c{self.prefix}{k // 2}")),
            source=self.random.choice(self.sources),
            quantity=self.random.choice((None, 1, 1, 2, 1_000_000)),
            is_new_customer=self.random.choice((None, True, False)),
            is_new_visitor=self.random.choice((None, True, False)),
        )

    def further_line(self, k: int, made: World) -> Conversion:
        """Of a conversion that is there, sold at about the same moment."""
        first = self.random.choice(made.conversions)
        apart = timedelta(hours=self.random.choice((0, 0, 1)))
        return replace(
            first, event_id=f"c{self.prefix}+{k}", occurred_at=first.occurred_at + apart,
            product_id=self.any("p", 2), value_fen=self.random.choice(VALUES),
            quantity=self.random.choice((None, 1, 3)),
        )  # fmt: skip

    def refund(self, k: int, made: World) -> Conversion:
        """Most name a line or an order of their own store, many the one that others name, too."""
        named = self.random.choice(made.conversions)
        names = [named.event_id, named.event_id, named.order_id, named.refund_of, "nothing"]
        store = named.store_id if self.random.random() < 0.9 else self.any("s", 2)
        return Conversion(
            f"r{self.prefix}{IDS[k]}",
            self.moment(80),
            None if self.random.random() < 0.5 else self.any("u", 2),
            store,
            None,
            "refund",
            self.random.choice(VALUES),
            None,
            self.random.choice([name for name in names if name is not None]),
            source=named.source if self.random.random() < 0.7 else self.random.choice(self.sources),
        )
