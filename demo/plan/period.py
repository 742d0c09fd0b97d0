"""The days of the demo world and how busy each of them is."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
# Rules, stores and most notes are there this long before the first event.
LEAD = timedelta(days=30)
# How busy a day is, Monday to Sunday, and an hour of it, from midnight on.
WEEKDAY_WEIGHTS = (0.92, 0.90, 0.93, 0.97, 1.08, 1.22, 1.18)
HOUR_WEIGHTS = (2, 1, 1, 1, 1, 1, 2, 4, 6, 6, 6, 7, 9, 8, 6, 6, 6, 7, 9, 11, 13, 14, 12, 7)


@dataclass(frozen=True)
class Period:
    """Business days from `first_on` to `last_on`, both included."""

    first_on: date
    last_on: date

    @classmethod
    def ending(cls, last_on: date, *, days: int) -> "Period":
        return cls(last_on - timedelta(days=days - 1), last_on)

    @cached_property
    def days(self) -> Sequence[date]:
        count = (self.last_on - self.first_on).days + 1
        return [self.first_on + timedelta(days=i) for i in range(count)]

    @property
    def settles_at(self) -> datetime:
        """When people move in and the first rules are signed."""
        return at(self.first_on) - LEAD

    @property
    def starts_at(self) -> datetime:
        return at(self.first_on)

    @property
    def ends_at(self) -> datetime:
        """The first instant after the period."""
        return at(self.last_on + timedelta(days=1))

    @cached_property
    def day_weights(self) -> Sequence[float]:
        return [WEEKDAY_WEIGHTS[day.weekday()] for day in self.days]

    def instant(self, dice: random.Random) -> datetime:
        """A random instant, more likely when people are busy with the app."""
        day = dice.choices(self.days, self.day_weights)[0]
        hour = dice.choices(range(24), HOUR_WEIGHTS)[0]
        return at(day) + timedelta(hours=hour, seconds=dice.uniform(0, 3600))


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The instant of a wall clock time of the business zone."""
    return datetime.combine(day, time(hour, minute), BUSINESS_ZONE)


def business_day(instant: datetime) -> date:
    return instant.astimezone(BUSINESS_ZONE).date()


def business_hour(instant: datetime) -> int:
    """0 to 23: the hour of the business day that an instant is in."""
    return instant.astimezone(BUSINESS_ZONE).hour
