"""How the demo's ad server spends the budget of a boost: hour by hour, as people are awake.

Pure: what an hour costs follows from what is known of the boost and from the moment alone, so that
the demo's past and the server that goes on from there say the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from demo.plan.period import HOUR_WEIGHTS, business_day, business_hour

HOUR = timedelta(hours=1)
# The hour that runs is told anew so often; its revision counts the steps.
STEP = timedelta(seconds=30)
# The revision of an hour that is over, above all steps; corrections are above it.
FINAL = 1000
EVENING_HOUR = 18
ENDED = ("completed", "stopped")


@dataclass(frozen=True)
class Order:
    """What the portal told of a boost, as far as spending needs it; fen, aware instants.

    A span that goes on has no end.
    """

    boost_id: str
    sequence: int
    state: str
    budget_fen: int
    daily_cap_fen: int | None
    day_part: str
    ends_at: datetime | None
    spans: tuple[tuple[datetime, datetime | None], ...]
    note_id: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Order":
        """The order of an announcement's `data`. Raises KeyError, TypeError or ValueError."""
        cap_fen = data["daily_cap_fen"]
        return cls(
            boost_id=str(data["boost_id"]),
            sequence=int(data["sequence"]),
            state=str(data["state"]),
            budget_fen=int(data["budget_fen"]),
            daily_cap_fen=None if cap_fen is None else int(cap_fen),
            day_part=str(data["day_part"]),
            ends_at=_moment(data["ends_at"]),
            spans=tuple(
                (datetime.fromisoformat(start), _moment(end)) for start, end in data["spans"]
            ),
            note_id=str(data.get("note_id", "")),
        )

    @property
    def is_over(self) -> bool:
        return self.state in ENDED


@dataclass(frozen=True)
class Paced:
    """One hour of a boost as it stands; `revision` is the lowest that may say so."""

    boost_id: str
    hour_at: datetime
    revision: int
    impressions: int
    clicks: int
    spend_fen: int
    is_final: bool

    def as_json(self) -> dict[str, Any]:
        """The row that the portal takes."""
        return {
            "boost_id": self.boost_id,
            "hour": self.hour_at.isoformat(),
            "revision": self.revision,
            "impressions": self.impressions,
            "clicks": self.clicks,
            "spend_fen": self.spend_fen,
            "is_final": self.is_final,
        }


def hours(order: Order, now: datetime) -> Iterator[Paced]:
    """Each hour in which the boost was under way until `now`, the oldest first.

    An hour gets its share, by the weights of the hours that are left, of the budget that is left,
    and no more than the day's cap leaves. A pause saves the hour's share for later ones.
    """
    if not order.spans or order.ends_at is None:
        return
    now = min(_step_of(now), order.ends_at)
    hour_at = _hour_of(order.spans[0][0])
    weight_left = sum(_weights(order, hour_at, order.ends_at))
    left_fen, spent_today_fen, today = order.budget_fen, 0, date.min
    while hour_at < now:
        if business_day(hour_at) != today:
            today, spent_today_fen = business_day(hour_at), 0
        weight = _weight(order, hour_at)
        share_fen = left_fen * weight // weight_left if weight else 0
        if order.daily_cap_fen is not None:
            share_fen = min(share_fen, order.daily_cap_fen - spent_today_fen)
        seconds = _seconds_under_way(order, hour_at, now)
        spend_fen = share_fen * seconds // 3600
        if _counts(order, hour_at, now):
            yield priced(order, hour_at, spend_fen, now)
        left_fen, spent_today_fen = left_fen - spend_fen, spent_today_fen + spend_fen
        weight_left -= weight
        hour_at += HOUR


def priced(order: Order, hour_at: datetime, spend_fen: int, now: datetime) -> Paced:
    """An hour that cost so much, and what was shown for it: a boost has one price for good."""
    dice = int.from_bytes(sha256(order.boost_id.encode()).digest()[:4])
    # ¥15 to ¥35 per 1,000 impressions; 20 to 49 of 1,000 are clicked.
    cpm_fen, clicked = 1_500 + dice % 2_001, 20 + dice // 2_001 % 30
    impressions = spend_fen * 1_000 // cpm_fen
    is_final = order.is_over or hour_at + HOUR <= now
    return Paced(
        boost_id=order.boost_id,
        hour_at=hour_at,
        revision=FINAL if is_final else max(1, (now - hour_at) // STEP),
        impressions=impressions,
        clicks=impressions * clicked // 1_000,
        spend_fen=spend_fen,
        is_final=is_final,
    )


def _counts(order: Order, hour_at: datetime, now: datetime) -> bool:
    """Whether the boost was under way at any moment of the hour, be it one second, and is shown
    at this hour of the day."""
    return bool(_weight(order, hour_at)) and any(
        start < min(hour_at + HOUR, now) and (end is None or end > hour_at)
        for start, end in order.spans
    )


def _seconds_under_way(order: Order, hour_at: datetime, now: datetime) -> int:
    until = min(hour_at + HOUR, now)
    parts = (min(until, end or until) - max(hour_at, start) for start, end in order.spans)
    return sum(max(0, int(part.total_seconds())) for part in parts)


def _weights(order: Order, hour_at: datetime, ends_at: datetime) -> Iterator[int]:
    while hour_at < ends_at:
        yield _weight(order, hour_at)
        hour_at += HOUR


def _weight(order: Order, hour_at: datetime) -> int:
    """How busy the hour is; nothing where the boost is not for it."""
    hour = business_hour(hour_at)
    if order.day_part == "evening" and hour < EVENING_HOUR:
        return 0
    return HOUR_WEIGHTS[hour]


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _step_of(moment: datetime) -> datetime:
    """The step that `moment` is in, from its first instant on."""
    hour_at = _hour_of(moment)
    return hour_at + (moment - hour_at) // STEP * STEP


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
