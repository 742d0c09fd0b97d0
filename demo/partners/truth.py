"""What reports must show about a world, worked out person by person and not by the engine.

Last touch and levels follow design section 6: a valid click first, then touches of notes with a
live listing of the product, then of the store; of these the last click, else the last touch.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from demo.people.journeys import Conversion, Journey, Touch
from demo.people.touches import KINDS, Touches, microseconds
from demo.plan.period import business_day
from demo.plan.planned import PlannedListing, World
from reports.attribution.choices import WINDOWS

UNMATCHED = "unmatched"

Counts: TypeAlias = dict[str, Counter[str]]


@dataclass
class Credited:
    """Last touch under one window: whole conversions by level and kind, and what each note got."""

    levels: Counts = field(default_factory=lambda: defaultdict(Counter))
    notes: Counts = field(default_factory=lambda: defaultdict(Counter))


@dataclass
class MerchantTruth:
    """`touchpoints` per note and kind on live listings; `stores` and `days` hold counts of each
    kind of conversion, and their value as `<kind>_fen`; `last_touch` is keyed by window in days.
    """

    touchpoints: Counts = field(default_factory=lambda: defaultdict(Counter))
    stores: Counts = field(default_factory=lambda: defaultdict(Counter))
    days: Counts = field(default_factory=lambda: defaultdict(Counter))
    last_touch: dict[str, Credited] = field(
        default_factory=lambda: {str(window): Credited() for window in WINDOWS}
    )

    def as_json(self) -> dict[str, object]:
        """As it stands in the truth file."""
        return {**vars(self), "last_touch": {w: vars(c) for w, c in self.last_touch.items()}}


def tell(world: World, journeys: Sequence[Journey], touches: Touches) -> dict[str, MerchantTruth]:
    """The truth about every selling merchant, by its slug."""
    truths = {merchant.slug: MerchantTruth() for merchant in world.selling}
    _count_touches(world, touches, truths)
    owners = {store.external_id: m for m in world.selling for store in m.stores}
    judge = Judge(world)
    for journey in journeys:
        for conversion in journey.conversions:
            truth = truths[owners[conversion.store.external_id].slug]
            _count_conversion(truth, conversion)
            for window in WINDOWS:
                verdict = judge.last_touch(journey, conversion, timedelta(days=window))
                _credit(truth.last_touch[str(window)], conversion, verdict)
    return truths


def _count_touches(world: World, touches: Touches, truths: Mapping[str, MerchantTruth]) -> None:
    """Touches of notes that had a live listing at that moment."""
    live = np.zeros(len(touches), dtype=bool)
    places = {note.external_id: i for i, (_, note) in enumerate(world.notes)}
    for listing in world.listings:
        live |= (touches.note == places[listing.note.external_id]) & _is_live(listing, touches)
    pairs, counts = np.unique(
        np.stack([touches.note[live], touches.kind[live]]), axis=1, return_counts=True
    )
    for note, kind, count in zip(*pairs.tolist(), counts.tolist(), strict=True):
        merchant, planned = world.notes[note]
        truths[merchant.slug].touchpoints[planned.external_id][KINDS[kind]] = count


def _is_live(listing: PlannedListing, touches: Touches) -> npt.NDArray[np.bool_]:
    live = touches.at >= microseconds(listing.live_from)
    if listing.paused_at and listing.resumed_at:
        paused = touches.at >= microseconds(listing.paused_at)
        live &= ~(paused & (touches.at < microseconds(listing.resumed_at)))
    return live


def _count_conversion(truth: MerchantTruth, conversion: Conversion) -> None:
    day = business_day(conversion.at).isoformat()
    for counts in (truth.stores[conversion.store.external_id], truth.days[day]):
        _add(counts, conversion)


def _credit(credited: Credited, conversion: Conversion, verdict: tuple[str, Touch] | None) -> None:
    level, touch = verdict or (UNMATCHED, None)
    _add(credited.levels[level], conversion)
    if touch:
        _add(credited.notes[touch.note.external_id], conversion)


def _add(counts: Counter[str], conversion: Conversion) -> None:
    counts[conversion.kind] += 1
    if conversion.value_fen is not None:
        counts[f"{conversion.kind}_fen"] += conversion.value_fen


class Judge:
    """Says which touch a conversion is owed to."""

    def __init__(self, world: World) -> None:
        self.of_note: dict[str, list[PlannedListing]] = defaultdict(list)
        for listing in world.listings:
            self.of_note[listing.note.external_id].append(listing)

    def last_touch(
        self, journey: Journey, conversion: Conversion, window: timedelta
    ) -> tuple[str, Touch] | None:
        """The level and the touch; None when nothing explains the conversion."""
        asked = conversion.refund_of or conversion
        near = [t for t in journey.touches if timedelta(0) < asked.at - t.at <= window]
        of_store = [t for t in near if self._shows(t, asked, of_product=False)]
        if asked.click:
            return ("click_id", asked.click) if asked.click in of_store else None
        of_product = [t for t in near if self._shows(t, asked, of_product=True)]
        level, found = ("product", of_product) if of_product else ("store", of_store)
        clicks = [touch for touch in found if touch.kind == "click"]
        return (level, (clicks or found)[-1]) if found else None

    def _shows(self, touch: Touch, asked: Conversion, *, of_product: bool) -> bool:
        """Whether the note had a live listing of the store (and product) at the touch."""
        return any(
            listing.product.store is asked.store
            and listing.is_live(touch.at)
            and (not of_product or listing.product is asked.product)
            for listing in self.of_note[touch.note.external_id]
        )
