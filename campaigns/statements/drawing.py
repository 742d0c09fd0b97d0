"""Drawing up what a merchant's own money did in a month: one query, for every door.

Nothing here decides what stands in a closed month: that is read from what was kept.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection

from campaigns.boosts.models import Boost
from campaigns.ledger.models import TransferReason
from campaigns.statements.models import Statement
from campaigns.statements.months import Month
from merchants.companies.models import Merchant
from portal import clock

_MOVES = (Path(__file__).parent / "sql" / "moves.sql").read_text(encoding="utf-8")
FORMAT = 1
# No id is above it, and no moment outside.
_ALL = 2**63 - 1
_EVER = (clock.start_of(date(1, 1, 1)), clock.start_of(date(9999, 1, 1)))


@dataclass(frozen=True)
class Line:
    """What came to (above 0) or went from a merchant's own money, in fen.

    Of a boost all of one reason and one business day is one line. `document` is the bank's
    reference, or the boost's id; `first_id` and `last_id` are the ledger's, of `moves` transfers.
    """

    on: str
    reason: str
    amount_fen: int
    document: str
    note: str
    note_id: str
    boost: int | None
    first_id: int
    last_id: int
    moves: int

    @property
    def reason_label(self) -> str:
        return str(TransferReason(self.reason).label)

    @property
    def ledger(self) -> str:
        """The numbers by which the platform finds it in its books."""
        if self.first_id == self.last_id:
            return f"T{self.first_id}"
        return f"T{self.first_id}–T{self.last_id}"


@dataclass(frozen=True)
class Drawn:
    """A month as its statement says it; amounts in fen.

    `lines` cross the border of the merchant's own money and sum from `opening_fen` to
    `closing_fen`; `aside` moved inside it, between free and held. `granted_fen` is what funds paid
    beside it. A line dated before the month corrects one that was closed already.
    """

    format: int
    merchant: str
    company: str
    month: str
    first_on: str
    last_on: str
    opening_fen: int
    lines: Sequence[Line]
    aside: Sequence[Line]
    free_fen: int
    held_fen: int
    granted_fen: int

    @property
    def lines_fen(self) -> int:
        return sum(line.amount_fen for line in self.lines)

    @property
    def closing_fen(self) -> int:
        return self.opening_fen + self.lines_fen

    def corrects(self, line: Line) -> bool:
        """Whether the line is dated in a month that was closed before it was known."""
        return line.on < self.first_on

    def content(self) -> bytes:
        """All of it as JSON, the same for the same."""
        told = {**asdict(self), "closing_fen": self.closing_fen}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1).encode()


def kept(statement: Statement) -> Drawn:
    """What a closed month says, from what was kept of it."""
    told: dict[str, Any] = json.loads(bytes(statement.content))
    told.pop("closing_fen")
    for name in ("lines", "aside"):
        told[name] = [Line(**line) for line in told[name]]
    return Drawn(**told)


def draw(merchant: Merchant, month: Month, *, after: Statement | None) -> Drawn:
    """What `month` says now, after the statement of the month before it; None when it is the first.

    Counted are all transfers before the month's end that stand in no earlier statement.
    """
    return to_close(merchant, month, after=after)[0]


def to_close(merchant: Merchant, month: Month, *, after: Statement | None) -> tuple[Drawn, int]:
    """`draw`, and the id through which it has all that is dated before the month's end.

    A clock that was behind may date what was paid from a payment into the month before it: money
    that was not there yet. Then the month ends, by the ids, before the first that is dated after
    its end: in their order nothing was ever below 0. The rest is of the next one.
    """
    known_through = after.through if after else 0
    rows = _moves(merchant, month, after)
    drawn = _drawn(rows, merchant, month, after)
    if min(drawn.free_fen, drawn.held_fen) < 0:
        first_after = min(row["first_id"] for row in _moves_from(merchant, month.ends_at))
        rows = _moves(merchant, month, after, through=max(first_after - 1, known_through))
        drawn = _drawn(rows, merchant, month, after)
    return drawn, max([known_through, *(row["last_id"] for row in rows)])


def _drawn(
    rows: list[dict[str, Any]], merchant: Merchant, month: Month, after: Statement | None
) -> Drawn:
    notes = _notes(row["boost_id"] for row in rows)
    crossing, aside = [], []
    for row in rows:
        own_fen = int(row["free_fen"] + row["held_fen"])
        if own_fen:
            crossing.append(_line(row, own_fen, notes))
        elif row["free_fen"]:
            aside.append(_line(row, int(row["held_fen"]), notes))
    return Drawn(
        format=FORMAT,
        merchant=merchant.code,
        company=merchant.name,
        month=str(month),
        first_on=month.first_on.isoformat(),
        last_on=month.last_on.isoformat(),
        opening_fen=after.closing_fen if after else 0,
        lines=crossing,
        aside=aside,
        free_fen=(after.free_fen if after else 0) + sum(int(row["free_fen"]) for row in rows),
        held_fen=(after.held_fen if after else 0) + sum(int(row["held_fen"]) for row in rows),
        granted_fen=sum(int(row["granted_fen"]) for row in rows),
    )


def _moves(
    merchant: Merchant, month: Month, after: Statement | None, *, through: int = _ALL
) -> list[dict[str, Any]]:
    return _read(
        merchant_id=merchant.pk,
        ends_at=month.ends_at,
        through=through,
        known_through=after.through if after else 0,
        known_before=after.month.ends_at if after else _EVER[0],
    )


def _moves_from(merchant: Merchant, moment: datetime) -> list[dict[str, Any]]:
    """What is dated from `moment` on."""
    return _read(
        merchant_id=merchant.pk,
        ends_at=_EVER[1],
        through=_ALL,
        known_through=_ALL,
        known_before=moment,
    )


def _read(**params: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_MOVES, params)
        names = [column.name for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _notes(boosts: Any) -> dict[int, Boost]:
    named = Boost.objects.select_related("note").defer("note__text")
    return named.in_bulk({pk for pk in boosts if pk})


def _line(row: dict[str, Any], amount_fen: int, boosts: dict[int, Boost]) -> Line:
    boost = boosts[row["boost_id"]] if row["boost_id"] else None
    return Line(
        on=row["on_day"].isoformat(),
        reason=row["reason"],
        amount_fen=amount_fen,
        document=boost.external_id if boost else row["reference"],
        note=boost.note.title if boost else "",
        note_id=boost.note.external_id if boost else "",
        boost=boost.pk if boost else None,
        first_id=row["first_id"],
        last_id=row["last_id"],
        moves=row["moves"],
    )
