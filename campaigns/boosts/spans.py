"""When a boost may spend: from its start to its end, without the pauses.

An hour may be spent if the boost was under way at some moment of it: the hour in which it began,
paused or ended counts, an hour that lies in a pause or after the end does not. One that is shown in
the evening spends nothing in the other hours of the day.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Max, Q, Value
from django.db.models.functions import Cast, Greatest

from campaigns.boosts.asked import EVENING_HOUR, DayPart
from campaigns.boosts.models import Boost
from portal import clock
from portal.words import local

HOUR = timedelta(hours=1)
# Each is told to the ad server with every move, and what it is told is bounded.
MOST_PAUSES = 100
# Each part of a day lasts to midnight.
_FIRST_HOUR = {DayPart.WHOLE: 0, DayPart.EVENING: EVENING_HOUR}


class BoostSpan(models.Model):
    """A boost was under way from `from_at` until before `to_at`, or is still while that is null."""

    boost = models.ForeignKey(Boost, models.CASCADE, related_name="spans")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["from_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_at=None) | Q(to_at__gte=F("from_at")),
                name="boost_span_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="boost_spans_do_not_overlap",
                expressions=[
                    (
                        Func(
                            Cast("boost", models.BigIntegerField()),
                            Cast("boost", models.BigIntegerField()),
                            Value("[]"),
                            function="int8range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("from_at"), F("to_at"), function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_at} – {self.to_at or ''}"


def is_of(day_part: str, hour_at: datetime) -> bool:
    """Whether the hour that begins at `hour_at` belongs to that part of the business day."""
    return _FIRST_HOUR[DayPart(day_part)] <= local(hour_at).hour


def shown_from(day_part: str, at: datetime) -> datetime | None:
    """From when on, on the business day of `at`, that part of the day lasts; None for all of it."""
    if day_part == DayPart.WHOLE:
        return None
    return clock.start_of(clock.day_of(at)) + _FIRST_HOUR[DayPart(day_part)] * HOUR


def last_shown(day_part: str, at: datetime) -> datetime:
    """`at`, where it lies in that part of the day; else the last moment before it that does."""
    first = shown_from(day_part, at)
    if first is None or at >= first:
        return at
    return clock.start_of(clock.day_of(at)) - timedelta(microseconds=1)


def shown_since(day_part: str, at: datetime, *, long: timedelta) -> datetime:
    """The moment since which hours of that part of the day have lasted `long` in all by `at`."""
    day, to_at = clock.day_of(at), at
    while True:
        midnight = clock.start_of(day)
        here = max(to_at - midnight - _FIRST_HOUR[DayPart(day_part)] * HOUR, timedelta())
        if here >= long:
            return to_at - long
        long -= here
        day, to_at = day - timedelta(days=1), midnight


def counts(
    hour_at: datetime,
    spans: Iterable[BoostSpan],
    *,
    ends_at: datetime,
    day_part: str = DayPart.WHOLE,
) -> bool:
    """Whether the hour that begins at `hour_at` may be spent, by the spans of its boost, its
    part of the day, and the end of its period, which an open span knows nothing of."""
    if hour_at >= ends_at or not is_of(day_part, hour_at):
        return False
    return any(
        span.from_at < hour_at + HOUR and (span.to_at is None or span.to_at > hour_at)
        for span in spans
    )


def begin(boost: Boost, at: datetime) -> None:
    """The locked `boost` is under way from `at` on; never from before its last pause."""
    # A clock that was set back would make spans overlap.
    last_at = boost.spans.aggregate(last_at=Max("to_at"))["last_at"]
    BoostSpan.objects.create(boost=boost, from_at=max(at, last_at) if last_at else at)


def end(boost: Boost, at: datetime) -> bool:
    """The locked `boost` is under way no more from `at` on, nor after its period; whether it ever
    was."""
    # The clock may not have looked since the period ended.
    ended_at = min(at, boost.ends_at)
    boost.spans.filter(to_at=None).update(to_at=Greatest(Value(ended_at), F("from_at")))
    return boost.spans.exists()


def cut(boost: Boost, at: datetime) -> bool:
    """The locked `boost` was under way no more from `at` on, which lies back, whatever it did
    since; whether it ever was."""
    began = end(boost, at)
    boost.spans.filter(from_at__gte=at).delete()
    boost.spans.filter(to_at__gt=at).update(to_at=at)
    return began
