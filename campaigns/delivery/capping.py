"""How much of what was said of a boost's hours is captured, and why the rest is not.

Pure, and a function of all hours as they are now: in which order rows came, how often, and how late
cannot matter. captured + refused is what was said, in every hour.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock


class Refusal(models.TextChoices):
    """Why a part of an hour's spend is not captured: a closed set."""

    OUTSIDE_SPANS = "outside_spans", _("The boost was not running in this hour.")
    OVER_CAP = "over_cap", _("The day’s cap was reached.")
    OVER_BUDGET = "over_budget", _("The budget was used up.")
    AFTER_SETTLEMENT = "after_settlement", _("The boost was settled before.")


@dataclass(frozen=True)
class Kept:
    """How an hour stood when the boost was settled, or since: it only goes down from there."""

    spend_fen: int
    captured_fen: int
    refusal: str


@dataclass(frozen=True)
class Said:
    """What holds of one hour: fen spent since it began; `counts`: the boost was running in it."""

    hour_at: datetime
    spend_fen: int
    counts: bool


@dataclass(frozen=True)
class Taken:
    """What became of an hour. `refusal` is "" where nothing was refused."""

    hour_at: datetime
    captured_fen: int
    refused_fen: int
    refusal: str

    @property
    def on(self) -> date:
        """The business day (Asia/Shanghai) of the hour."""
        return clock.day_of(self.hour_at)


def split(said: Iterable[Said], *, cap_fen: int | None, held_fen: int) -> list[Taken]:
    """Hour by hour as time went, up to `cap_fen` a business day (None: no cap), and up to
    `held_fen` over all."""
    taken: list[Taken] = []
    left_fen, spent_fen, today = held_fen, 0, None
    for hour in sorted(said, key=lambda one: one.hour_at):
        day = clock.day_of(hour.hour_at)
        if day != today:
            today, spent_fen = day, 0
        room_fen, why = left_fen, Refusal.OVER_BUDGET
        if cap_fen is not None and cap_fen - spent_fen < room_fen:
            room_fen, why = cap_fen - spent_fen, Refusal.OVER_CAP
        if not hour.counts:
            room_fen, why = 0, Refusal.OUTSIDE_SPANS
        made = _taken(hour, room_fen, why)
        left_fen, spent_fen = left_fen - made.captured_fen, spent_fen + made.captured_fen
        taken.append(made)
    return taken


def split_settled(said: Iterable[Said], kept: dict[datetime, Kept]) -> list[Taken]:
    """The same once a boost is settled: an hour keeps what it had, or goes down with what is said.

    What one hour gives back is no room for another: it went back to those who paid.
    """
    nothing = Kept(0, 0, "")
    taken = []
    for hour in sorted(said, key=lambda one: one.hour_at):
        was = kept.get(hour.hour_at, nothing)
        rose = hour.spend_fen > was.spend_fen or not was.refusal
        why = Refusal.AFTER_SETTLEMENT if rose else Refusal(was.refusal)
        taken.append(_taken(hour, was.captured_fen, why))
    return taken


def _taken(hour: Said, room_fen: int, why: Refusal) -> Taken:
    captured_fen = min(hour.spend_fen, room_fen)
    refused_fen = hour.spend_fen - captured_fen
    return Taken(hour.hour_at, captured_fen, refused_fen, why if refused_fen else "")
