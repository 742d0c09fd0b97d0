"""The course of a boost or a campaign: what it cost and how often it was read, day by day and by
hour of the day.

Reads are counted by business day, and of an hour nobody counts them: by hour there is what the ad
server said. Both are of the present; a question of a moment that is over has no course.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Sum
from django.db.models.functions import ExtractHour
from django.utils import timezone

from campaigns.boosts.models import Boost, BoostQuerySet
from campaigns.campaigns.models import Campaign
from campaigns.delivery.models import DeliveryHour
from reports.answers.facts import Facts
from reports.answers.question import By
from reports.answers.summing import among
from reports.answers.untold import untold

HOURS = range(24)


@dataclass(frozen=True)
class Day:
    """What a day cost, None where an hour of it is not told yet, and its reads, as they are
    estimated of a sample; None where a day has no numbers."""

    on: date
    captured_fen: int | None
    reads: int | None


@dataclass(frozen=True)
class Hour:
    """What an hour of the day, in Shanghai, cost on all days together, and the impressions that the
    ad server said; None where it is not told of one of them yet."""

    hour: int
    captured_fen: int | None
    impressions: int | None


@dataclass(frozen=True)
class Course:
    days: Sequence[Day]
    hours: Sequence[Hour]


def course(facts: Facts, row: Boost | Campaign) -> Course | None:
    """That of a boost, or of all of a campaign, on the days of a question, in at most five
    queries; None where nothing was delivered on them, or a moment that is over is asked for."""
    asked = facts.question
    if asked.as_of is not None or not facts.spending.has_boosts:
        return None
    hours = _hours(row, asked.first_on, asked.last_on)
    if not hours:
        return None
    read = _reads(facts, row)
    by_day: Counter[date] = Counter()
    by_hour: Counter[int] = Counter()
    shown: Counter[int] = Counter()
    for on, hour, fen, impressions in hours:
        by_day[on] += fen
        by_hour[hour] += fen
        shown[hour] += impressions
    open_ = untold(_boosts(row), asked.first_on, asked.last_on)
    open_days, open_hours = {on for on, _hour in open_}, {hour for _on, hour in open_}
    return Course(
        [
            Day(
                on,
                None if on in open_days else by_day[on],
                read[on] if on in facts.shown_days else None,
            )
            for on in asked.days
        ],
        [
            Hour(hour, None, None) if hour in open_hours else Hour(hour, by_hour[hour], shown[hour])
            for hour in HOURS
        ],
    )


def _boosts(row: Boost | Campaign) -> BoostQuerySet:
    return Boost.objects.filter(Q(pk=row.pk) if isinstance(row, Boost) else Q(campaign=row))


def _reads(facts: Facts, row: Boost | Campaign) -> Counter[date]:
    """By day; those of a campaign are all that its question is about."""
    keys = [row.pk] if isinstance(row, Boost) else None
    read: Counter[date] = Counter()
    for by_day in facts.exposure.reads_by_day(By.BOOST, among(By.BOOST, keys)).values():
        read.update(by_day)
    return read


def _hours(
    row: Boost | Campaign, first_on: date, last_on: date
) -> list[tuple[date, int, int, int]]:
    """Day, hour of the day, fen captured and impressions: at most as many as its period has
    hours."""
    of_hour = ExtractHour(F("hour_at"), tzinfo=timezone.get_default_timezone())
    those = Q(boost=row) if isinstance(row, Boost) else Q(boost__campaign=row)
    hours = DeliveryHour.objects.filter(those, on__range=(first_on, last_on)).order_by()
    told = hours.annotate(hour=of_hour).values_list("on", "hour")
    summed = told.annotate(fen=Sum("captured_fen"), shown=Sum("impressions"))
    return [(on, hour, int(fen), int(shown)) for on, hour, fen, shown in summed]
