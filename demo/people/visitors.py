"""Who clicked on an ad: each click that the ad server counted is one read that carries the boost.

Readers and buyers who were shown a note by its boost come first; where the server counted more than
they are, others came, too; where it counted less, the boost showed the note to none of the rest.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from demo.people.touches import KINDS, NONE, Numbers, Touches, joined

HOUR_US = 3_600_000_000
VIEW = KINDS.index("view")
# Some of them click often, and are those who read without an ad, too.
PEOPLE = 50_000


@dataclass(frozen=True)
class Clicks:
    """An hour of a boost per position: places of the boost and its note in the world's lists, the
    hour's start in microseconds since 1970, and how many clicks it had."""

    boost: Numbers
    note: Numbers
    hour: Numbers
    count: Numbers


def one_to_one(
    read: Touches, bought: Touches, clicks: Clicks, *, seed: int
) -> tuple[Touches, Touches]:
    """The touches with exactly one read for each click of a boost's hour, buyers before readers;
    those that had to come are among the first. No touch carries a boost that had no click in its
    hour."""
    happened = joined(bought, read)
    wanted = dict(zip(_hours(clicks.boost, clicks.hour), clicks.count.tolist(), strict=True))
    hours = _hours(happened.boost, happened.at - happened.at % HOUR_US)
    keeps, left = _kept(happened, hours, wanted)
    boost = np.where(keeps, happened.boost, NONE)
    more = np.array([left.get(hour, 0) for hour in _hours(clicks.boost, clicks.hour)], np.int64)
    return (
        joined(replace(read, boost=boost[len(bought) :]), _others(clicks, more, seed)),
        replace(bought, boost=boost[: len(bought)]),
    )


def _hours(boost: Numbers, hour: Numbers) -> list[tuple[int, int]]:
    return list(zip(boost.tolist(), hour.tolist(), strict=True))


def _kept(
    happened: Touches, hours: list[tuple[int, int]], wanted: dict[tuple[int, int], int]
) -> tuple[npt.NDArray[np.bool_], dict[tuple[int, int], int]]:
    """Which touches keep their boost, and how many clicks of each hour nobody has read for yet."""
    left, keeps = dict(wanted), np.zeros(len(happened), dtype=bool)
    kinds = happened.kind.tolist()
    for place in np.flatnonzero(happened.boost != NONE).tolist():
        hour = hours[place]
        if kinds[place] != VIEW:
            keeps[place] = bool(wanted.get(hour))
        elif left.get(hour):
            left[hour] -= 1
            keeps[place] = True
    return keeps, left


def _others(clicks: Clicks, more: Numbers, seed: int) -> Touches:
    """So many more reads of each hour, at some moment of it."""
    dice = np.random.default_rng([seed, 2])
    count = int(more.sum())
    return Touches(
        at=np.repeat(clicks.hour, more) + dice.integers(HOUR_US, size=count),
        user=dice.integers(PEOPLE, size=count),
        note=np.repeat(clicks.note, more),
        kind=np.full(count, VIEW),
        listing=np.full(count, NONE),
        boost=np.repeat(clicks.boost, more),
    )
