"""Months of business days (Asia/Shanghai): what a statement is of."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal import clock

_WRITTEN = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """The month that begins on `first_on`."""

    first_on: date

    def __str__(self) -> str:
        return f"{self.first_on:%Y-%m}"

    @property
    def last_on(self) -> date:
        return self.next.first_on - timedelta(days=1)

    @property
    def next(self) -> "Month":
        return of(self.first_on + timedelta(days=31))

    @property
    def before(self) -> "Month":
        return of(self.first_on - timedelta(days=1))

    @property
    def begins_at(self) -> datetime:
        return clock.start_of(self.first_on)

    @property
    def ends_at(self) -> datetime:
        """The instant at which the next one begins."""
        return clock.start_of(self.next.first_on)


def of(day: date) -> Month:
    """The month that has the day."""
    return Month(day.replace(day=1))


def this() -> Month:
    """The month that is not over."""
    return of(clock.today())


def read(written: str) -> Month | None:
    """The month that is written `2026-03`; None for anything else."""
    found = _WRITTEN.fullmatch(written)
    return Month(date(int(found[1]), int(found[2]), 1)) if found else None
