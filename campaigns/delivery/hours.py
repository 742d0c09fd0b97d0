"""The hours of a boost: renewed by newer rows, shared out under cap and budget, and saved.

The boost is locked by the caller. All hours are read in one query, and those that changed are
written in one: those of its period, at most 90 days, and what was said beside it (`rows.OLDEST`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import NamedTuple

from campaigns.boosts import spans
from campaigns.boosts.models import Boost
from campaigns.delivery import capping
from campaigns.delivery.models import DeliveryHour, DeliveryMessage, DeliveryRow, HourChange
from portal import clock

# Letters of what was kept apart: a person reads why, not megabytes.
MOST_RAW = 1000


class Stand(NamedTuple):
    """An hour as it stands: what was said of it, and what became of that."""

    revision: int
    is_final: bool
    impressions: int
    clicks: int
    spend_fen: int
    captured_fen: int
    refused_fen: int
    refusal: str


def of(boost: Boost) -> dict[datetime, DeliveryHour]:
    """The hours of a boost by their first instants."""
    return {hour.hour_at: hour for hour in DeliveryHour.objects.of(boost)}


def stand(hour: DeliveryHour) -> Stand:
    """How an hour stands now."""
    return Stand(*(getattr(hour, name) for name in Stand._fields))


def numbers(stood: Stand | None) -> tuple[int, int, int, int]:
    """Impressions, clicks, captured and refused fen: what the journal sums; 0 before there was
    an hour."""
    if stood is None:
        return 0, 0, 0, 0
    return stood.impressions, stood.clicks, stood.captured_fen, stood.refused_fen


def renew(boost: Boost, known: dict[datetime, DeliveryHour], fresh: Iterable[DeliveryRow]) -> bool:
    """Let `known` hours say what the newest revision says; whether any says something new."""
    is_new = False
    for row in fresh:
        hour = known.get(row.hour_at)
        if hour is None:
            hour = known[row.hour_at] = _hour(boost, row.hour_at)
        if row.revision > hour.revision:
            is_new = True
            hour.revision, hour.is_final = row.revision, row.is_final
            hour.impressions, hour.clicks = row.impressions, row.clicks
            hour.spend_fen = row.spend_fen
    return is_new


def share_out(
    boost: Boost, known: dict[datetime, DeliveryHour], was: Mapping[datetime, Stand]
) -> None:
    """Write into each of all hours what of it is captured, and why the rest is not."""
    under_way = list(boost.spans.all())
    said = [
        capping.Said(
            hour.hour_at,
            hour.spend_fen,
            spans.counts(hour.hour_at, under_way, ends_at=boost.ends_at, day_part=boost.day_part),
        )
        for hour in known.values()
    ]
    if boost.settled_at:
        kept = {
            hour_at: capping.Kept(stood.spend_fen, stood.captured_fen, stood.refusal)
            for hour_at, stood in was.items()
        }
        taken = capping.split_settled(said, kept)
    else:
        taken = capping.split(said, cap_fen=boost.daily_cap_fen, held_fen=boost.held_fen)
    for one in taken:
        hour = known[one.hour_at]
        hour.captured_fen, hour.refused_fen = one.captured_fen, one.refused_fen
        hour.refusal = one.refusal


def save(changed: Iterable[DeliveryHour]) -> None:
    """Write the hours that changed, new ones among them."""
    DeliveryHour.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["boost", "hour_at"],
        update_fields=list(Stand._fields),
    )


def change(
    hour: DeliveryHour, stood: Stand | None, message: DeliveryMessage | None, moment: datetime
) -> HourChange:
    """The entry of the journal, not saved yet: by how much an hour changed."""
    before, after = numbers(stood), numbers(stand(hour))
    impressions, clicks, captured_fen, refused_fen = (
        new - old for old, new in zip(before, after, strict=True)
    )
    return HourChange(
        boost_id=hour.boost_id,
        hour_at=hour.hour_at,
        on=hour.on,
        d_impressions=impressions,
        d_clicks=clicks,
        d_captured_fen=captured_fen,
        d_refused_fen=refused_fen,
        at=moment,
        message=message,
    )


def written(raw: object) -> str:
    """What was sent, as JSON in ASCII, cut off where nobody would read on."""
    value = asdict(raw) if is_dataclass(raw) and not isinstance(raw, type) else raw
    try:
        return json.dumps(value, ensure_ascii=True, default=str)[:MOST_RAW]
    except RecursionError:
        # Brackets in brackets, as deep as could just be read.
        return "[…]"


def _hour(boost: Boost, hour_at: datetime) -> DeliveryHour:
    return DeliveryHour(
        boost=boost,
        hour_at=hour_at,
        on=clock.day_of(hour_at),
        revision=0,
        impressions=0,
        clicks=0,
        spend_fen=0,
        captured_fen=0,
        refused_fen=0,
        is_final=False,
    )
