"""Hours of boosts of which nobody has said yet what they cost: that is unknown, not nothing.

An hour in which a boost was under way is one until its ad server tells it, or the boost is settled,
or its last hours are waited for no longer. So is an hour to come in which it may be under way.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.contrib.postgres.aggregates import BitOr
from django.db.models import F, Func, IntegerField
from django.db.models.functions import ExtractHour
from django.utils import timezone

from campaigns.boosts import spans
from campaigns.boosts.models import Boost, BoostQuerySet
from campaigns.boosts.spans import HOUR
from campaigns.delivery.models import DeliveryHour
from portal import clock

_DAY_HOURS = 24
# A business day, and the hour of it in Shanghai.
Place = tuple[date, int]


class _Bit(Func):
    """An hour of the day as a bit."""

    template = "(1 << (%(expressions)s)::int)"
    output_field = IntegerField()


def untold(boosts: BoostQuerySet, first_on: date, last_on: date) -> set[Place]:
    """The hours of the days, both included, of which one of `boosts` is not told. In at most three
    queries: of all of these boosts only those are looked at that are not settled."""
    now = clock.now()
    begun = boosts.filter(
        settled_at=None, serving__isnull=False, starts_at__lt=clock.start_of(last_on) + 24 * HOUR
    )
    open_ = [
        boost
        for boost in begun.select_related("serving__ad_server").prefetch_related("spans")
        if _is_waited_for(boost, now)
    ]
    if not open_:
        return set()
    told = _told(open_, first_on, last_on)
    return {
        place
        for boost in open_
        for place in _under_way(boost, first_on, last_on, now)
        if not told.get((boost.pk, place[0]), 0) >> place[1] & 1
    }


def _is_waited_for(boost: Boost, now: datetime) -> bool:
    if boost.ended_at is None:
        return True
    return now < boost.ended_at + boost.serving.ad_server.wait_hours * HOUR


def _told(boosts: list[Boost], first_on: date, last_on: date) -> dict[tuple[int, date], int]:
    """Of each boost and day the hours that were told, as bits."""
    of_hour = ExtractHour(F("hour_at"), tzinfo=timezone.get_default_timezone())
    hours = DeliveryHour.objects.filter(
        boost__in=[boost.pk for boost in boosts], on__range=(first_on, last_on)
    )
    by_day = hours.order_by().values_list("boost_id", "on").annotate(told=BitOr(_Bit(of_hour)))
    return {(boost, on): bits for boost, on, bits in by_day}


def _under_way(boost: Boost, first_on: date, last_on: date, now: datetime) -> Iterator[Place]:
    """The hours of the days in which a boost was under way, and those to come in which it may be:
    one that pauses may go on."""
    start = clock.start_of(first_on)
    count = ((last_on - first_on).days + 1) * _DAY_HOURS
    end = min(boost.ended_at or boost.ends_at, boost.ends_at)
    parts = [(span.from_at, min(span.to_at or end, end)) for span in boost.spans.all()]
    if boost.ended_at is None:
        parts.append((max(now + HOUR, boost.starts_at), end))
    shown = [spans.is_of(boost.day_part, start + hour * HOUR) for hour in range(_DAY_HOURS)]
    for from_at, to_at in parts:
        # A part that ends as an hour begins has nothing of that hour.
        for place in range(
            max((from_at - start) // HOUR, 0), min(-((start - to_at) // HOUR), count)
        ):
            day, hour = divmod(place, _DAY_HOURS)
            if shown[hour]:
                yield first_on + timedelta(days=day), hour
