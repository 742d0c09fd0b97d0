"""The days of a boost, first and last included."""

from datetime import date, timedelta


def days_of(starts_on: date, ends_on: date) -> int:
    """How many days there are; none or fewer when the last lies before the first."""
    return (ends_on - starts_on).days + 1


def last_of(starts_on: date, days: int) -> date:
    """The last of so many days."""
    return starts_on + timedelta(days=days - 1)
