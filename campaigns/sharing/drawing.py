"""A fund's month: what stood at its beginning, what moved, what stands at its end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import connection

from campaigns.funds.models import Fund
from campaigns.ledger.models import TransferReason
from campaigns.sharing import aliases
from campaigns.statements.months import Month
from portal import clock

MOVES = Path(__file__).parent / "moves.sql"


@dataclass(frozen=True)
class Line:
    """What changed of a fund on a day for one reason, of one merchant (fen, signed): what is left
    in it, what is set aside of it, and what boosts have cost. `merchant` is an alias."""

    on: date
    reason: str
    merchant: str
    document: str
    left_fen: int
    held_fen: int
    spent_fen: int

    @property
    def reason_label(self) -> str:
        return str(TransferReason(self.reason).label)


@dataclass(frozen=True)
class Stand:
    """What a fund has: left to grant, and set aside for boosts; and what those have cost so far."""

    left_fen: int = 0
    held_fen: int = 0
    spent_fen: int = 0

    def after(self, line: Line) -> "Stand":
        return Stand(
            self.left_fen + line.left_fen,
            self.held_fen + line.held_fen,
            self.spent_fen + line.spent_fen,
        )


@dataclass(frozen=True)
class Day:
    """A day of the burn-down, as it ended: what boosts have drawn and not given back, what of it
    was captured, and what is left."""

    on: date
    stand: Stand

    @property
    def drawn_fen(self) -> int:
        return self.stand.held_fen + self.stand.spent_fen


@dataclass(frozen=True)
class Drawn:
    """The statement of `fund` for `month`; its lines sum from `opening` to `closing`."""

    fund: Fund
    month: Month
    opening: Stand
    lines: Sequence[Line]

    @cached_property
    def closing(self) -> Stand:
        stand = self.opening
        for line in self.lines:
            stand = stand.after(line)
        return stand

    def sums(self) -> list[tuple[str, int, int, int]]:
        """Each reason that there was, with what it changed in all (fen): left, held, spent."""
        told = []
        for reason in TransferReason:
            of_it = [line for line in self.lines if line.reason == reason]
            if of_it:
                told.append(
                    (
                        str(reason.label),
                        sum(line.left_fen for line in of_it),
                        sum(line.held_fen for line in of_it),
                        sum(line.spent_fen for line in of_it),
                    )
                )
        return told

    @cached_property
    def days(self) -> list[Day]:
        """Each day of the month until today."""
        return list(self._days())

    def _days(self) -> Iterator[Day]:
        stand, waiting = self.opening, list(self.lines)
        on, last_on = self.month.first_on, min(self.month.last_on, clock.today())
        while on <= last_on:
            while waiting and waiting[0].on <= on:
                stand = stand.after(waiting.pop(0))
            yield Day(on, stand)
            on += timedelta(days=1)


def draw(fund: Fund, month: Month) -> Drawn:
    """What `month` says of the fund now."""
    rows = _rows(fund, month)
    before = [row for row in rows if row["on_day"] is None]
    moved = [row for row in rows if row["on_day"] is not None]
    called = aliases.of(fund, {row["merchant_id"] for row in moved if row["merchant_id"]})
    return Drawn(
        fund=fund,
        month=month,
        opening=Stand(*(_sum(before, name) for name in ("left_fen", "held_fen", "spent_fen"))),
        lines=[
            Line(
                on=row["on_day"],
                reason=row["reason"],
                merchant=called.get(row["merchant_id"], ""),
                document=row["reference"] or "",
                left_fen=int(row["left_fen"]),
                held_fen=int(row["held_fen"]),
                spent_fen=int(row["spent_fen"]),
            )
            for row in moved
        ],
    )


def _sum(rows: Sequence[dict[str, Any]], name: str) -> int:
    return sum(int(row[name]) for row in rows)


def _rows(fund: Fund, month: Month) -> list[dict[str, Any]]:
    params: dict[str, Any] = {
        "fund_id": fund.pk,
        "first_at": clock.start_of(month.first_on),
        "end_at": month.ends_at,
    }
    with connection.cursor() as cursor:
        cursor.execute(MOVES.read_text(encoding="utf-8"), params)
        names = [column.name for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
