"""The course of a boost: what it cost and how often it was read, day by day and by hour of the day.

Reads are counted by business day, and of an hour nobody counts them: by hour there is what the ad
server said. Both are of the present; a question of a moment that is over has no course.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Sum
from django.db.models.functions import ExtractHour
from django.utils import timezone

from campaigns.boosts.models import Boost
from campaigns.delivery.models import DeliveryHour, SpendDay
from reports.answers.facts import Facts
from reports.answers.question import By
from reports.answers.summing import among

HOURS = range(24)


@dataclass(frozen=True)
class Day:
    """What a day cost, and its reads, as they are estimated of a sample; None where a day has no
    numbers."""

    on: date
    captured_fen: int
    reads: int | None


@dataclass(frozen=True)
class Hour:
    """What an hour of the day, in Shanghai, cost on all days together, and the impressions that the
    ad server said."""

    hour: int
    captured_fen: int
    impressions: int


@dataclass(frozen=True)
class Course:
    days: Sequence[Day]
    hours: Sequence[Hour]


def course(facts: Facts, boost: Boost) -> Course | None:
    """That of a boost on the days of a question, in three queries; None where nothing was delivered
    on them, or a moment that is over is asked for."""
    asked = facts.question
    if asked.as_of is not None:
        return None
    days = SpendDay.objects.of_boost(boost).filter(on__range=(asked.first_on, asked.last_on))
    spent = dict(days.values_list("on", "captured_fen"))
    if not spent:
        return None
    read = facts.exposure.reads_by_day(By.BOOST, among(By.BOOST, [boost.pk])).get(boost.pk, {})
    return Course(
        [
            Day(on, spent.get(on, 0), read.get(on, 0) if on in facts.shown_days else None)
            for on in asked.days
        ],
        _hours(boost, asked.first_on, asked.last_on),
    )


def _hours(boost: Boost, first_on: date, last_on: date) -> list[Hour]:
    of_hour = ExtractHour(F("hour_at"), tzinfo=timezone.get_default_timezone())
    hours = DeliveryHour.objects.of(boost).filter(on__range=(first_on, last_on))
    summed = hours.annotate(hour=of_hour).values("hour").order_by()
    found = {
        row["hour"]: row
        for row in summed.annotate(fen=Sum("captured_fen"), shown=Sum("impressions"))
    }
    nothing = {"fen": 0, "shown": 0}
    return [
        Hour(hour, int(row["fen"]), int(row["shown"]))
        for hour in HOURS
        for row in [found.get(hour, nothing)]
    ]
