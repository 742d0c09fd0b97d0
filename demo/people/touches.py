"""All touches of a world as columns of numbers, which is how millions of them stay small."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from demo.people.journeys import Journey
from demo.plan.planned import World

Numbers = npt.NDArray[np.int64]

KINDS = ("view", "like", "collect", "comment", "share", "follow", "click")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Buyers' numbers start here, so that they are nobody of those who only read.
FIRST_BUYER = 100_000_000
NONE = -1


@dataclass(frozen=True)
class Touches:
    """One touch per position: `at` in microseconds since 1970 (UTC), `user` a number, `kind` the
    place in KINDS; `note`, `listing` and `boost` the place in the world's lists, or NONE. Boosts
    that were asked for late stand behind those of the world's list.
    """

    at: Numbers
    user: Numbers
    note: Numbers
    kind: Numbers
    listing: Numbers
    boost: Numbers

    def __len__(self) -> int:
        return len(self.at)


def of_buyers(world: World, journeys: Sequence[Journey]) -> Touches:
    """The touches of journeys, person by person."""
    notes = {note.external_id: i for i, (_, note) in enumerate(world.notes)}
    listings = {listing.key: i for i, listing in enumerate(world.listings)}
    boosts = {boost.key: i for i, boost in enumerate(world.boosts)}
    rows = [
        (
            microseconds(touch.at),
            FIRST_BUYER + journey.number,
            notes[touch.note.external_id],
            KINDS.index(touch.kind),
            listings[touch.listing.key] if touch.listing else NONE,
            boosts[touch.boost.key] if touch.boost else NONE,
        )
        for journey in journeys
        for touch in journey.touches
    ]
    return Touches(*np.array(rows, dtype=np.int64).reshape(-1, 6).T)


def in_order(first: Touches, second: Touches) -> tuple[Touches, Numbers]:
    """Both as one, in the order of time, and where each touch of `second` came to stand."""
    both = joined(first, second)
    order = np.argsort(both.at, kind="stable")
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return Touches(**{name: column[order] for name, column in vars(both).items()}), places[
        len(first) :
    ]


def joined(first: Touches, second: Touches) -> Touches:
    """Those of `first`, then those of `second`."""
    return Touches(
        **{
            field.name: np.concatenate([getattr(first, field.name), getattr(second, field.name)])
            for field in fields(Touches)
        }
    )


def microseconds(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)
