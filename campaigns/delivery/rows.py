"""One delivery row as an ad server wrote it: read, or refused with the field and the reason.

A row is cumulative for its boost and hour; the highest revision is what holds. ADR 0137.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import typed

# Of the clocks of two machines.
AHEAD = timedelta(minutes=5)
# What is told later than this is a fault of clocks or years.
OLDEST = timedelta(days=400)
HOUR = timedelta(hours=1)
MOST_REVISION = 2**31 - 1
# Above it is what counters say that have run over: nothing could correct it. Seconds since 1970 are
# below it for seven years.
LAST_REVISION = 2_000_000_000
# Of an hour of one boost: more is a fault of units, and a sum of 2 160 such hours fits 64 bits.
MOST_COUNT = 10**12
MOST_ID = 40


class Fault(models.TextChoices):
    """Why a row is kept apart instead of being counted: a closed set."""

    NOT_A_ROW = "not_a_row", _("not an object with the fields of a row")
    NOT_A_TEXT = "not_a_text", _("not a text")
    NOT_AN_HOUR = "not_an_hour", _("not the first instant of an hour, with its zone")
    IN_THE_FUTURE = "in_the_future", _("an hour that has not begun")
    TOO_OLD = "too_old", _("an hour of more than 400 days ago")
    NOT_A_NUMBER = "not_a_number", _("not a whole number within its bounds")
    NOT_A_FLAG = "not_a_flag", _("neither true nor false")
    UNKNOWN_BOOST = "unknown_boost", _("no boost that this ad server was told of")
    CONFLICT = "conflict", _("the same revision said something else before")
    REVISION_JUMPS = "revision_jumps", _("a revision that leaves no room for a correction")


class Unreadable(ValueError):
    """A value of a row that cannot be taken: `field` is its name, "" for the row itself."""

    def __init__(self, field: str, fault: Fault) -> None:
        super().__init__(f"{field}: {fault}")
        self.field = field
        self.fault = fault


@dataclass(frozen=True)
class Row:
    """What an ad server says of one hour of a boost: counts since the hour began, fen spent."""

    boost_id: str
    hour_at: datetime
    revision: int
    impressions: int
    clicks: int
    spend_fen: int
    is_final: bool = False

    @property
    def content(self) -> tuple[int, int, int, bool]:
        """What two rows of one revision must agree in."""
        return self.impressions, self.clicks, self.spend_fen, self.is_final


def read(raw: Any, *, at: datetime) -> Row:
    """The row that `raw`, a value of JSON that came at a moment, is. Raises Unreadable; unknown
    fields say nothing."""
    if not isinstance(raw, dict):
        raise Unreadable("", Fault.NOT_A_ROW)
    return Row(
        boost_id=text(raw, "boost_id"),
        hour_at=_hour(raw.get("hour"), at),
        revision=_revision(raw),
        impressions=_number(raw, "impressions", most=MOST_COUNT),
        clicks=_number(raw, "clicks", most=MOST_COUNT),
        spend_fen=_number(raw, "spend_fen", most=typed.MOST_FEN),
        is_final=_flag(raw),
    )


def text(raw: dict[str, Any], field: str, *, most: int = MOST_ID) -> str:
    """The text of a field. Raises Unreadable for none, an empty or a longer one, and for what a
    database of texts cannot keep."""
    value = raw.get(field)
    if not isinstance(value, str) or not 0 < len(value) <= most or not value.isprintable():
        raise Unreadable(field, Fault.NOT_A_TEXT)
    return value


def moment(raw: Any) -> datetime | None:
    """The instant that a text with its zone names, in UTC; None for anything else."""
    if not isinstance(raw, str) or len(raw) > MOST_ID:
        return None
    try:
        told = datetime.fromisoformat(raw)
        return told.astimezone(UTC) if told.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _revision(raw: dict[str, Any]) -> int:
    told = _number(raw, "revision", least=1, most=MOST_REVISION)
    if told > LAST_REVISION:
        raise Unreadable("revision", Fault.REVISION_JUMPS)
    return told


def _hour(raw: Any, at: datetime) -> datetime:
    told = moment(raw)
    if told is None or told != told.replace(minute=0, second=0, microsecond=0):
        raise Unreadable("hour", Fault.NOT_AN_HOUR)
    if told > at + AHEAD:
        raise Unreadable("hour", Fault.IN_THE_FUTURE)
    if told < at - OLDEST:
        raise Unreadable("hour", Fault.TOO_OLD)
    return told


def _number(raw: dict[str, Any], field: str, *, least: int = 0, most: int) -> int:
    value = raw.get(field)
    # JSON's true is Python's 1.
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Unreadable(field, Fault.NOT_A_NUMBER)
    return value


def _flag(raw: dict[str, Any]) -> bool:
    value = raw.get("is_final", False)
    if not isinstance(value, bool):
        raise Unreadable("is_final", Fault.NOT_A_FLAG)
    return value
