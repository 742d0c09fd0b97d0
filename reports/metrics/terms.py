"""Sums that PostgreSQL has not added up yet: what a metric is computed from, as terms of SQL.

A metric's formula has one home, the registry. Given the integers of a row it gives a value; given
`SUMS` it gives the term by which PostgreSQL puts rows in order, in a query over facts that have the
columns `kind`, `touchpoints`, `credit_micro`, `value_fen`, `assisted` and `spent`.
"""

from dataclasses import dataclass, replace
from typing import Any, cast

from psycopg import sql

from reports.metrics.meanings import KEPT, UNASSUMED
from reports.metrics.sampled import Counts
from reports.metrics.sums import ORDER, Orders, Sums


@dataclass(frozen=True)
class Term:
    """A number of each group of facts, and what it is made from: columns, and kinds of events."""

    sql: sql.Composable
    columns: frozenset[str]
    kinds: frozenset[str]
    # Of a ratio, what is divided by what; of anything else, itself.
    sides: tuple["Term", ...] = ()

    def __add__(self, other: "Term | int") -> "Term":
        return _joined(self, "+", other)

    __radd__ = __add__

    def __sub__(self, other: "Term | int") -> "Term":
        return _joined(self, "-", other)

    def __mul__(self, other: "Term | int") -> "Term":
        return _joined(self, "*", other)

    def over(self, divisor: "Term | int") -> "Term":
        """The ratio of the two; null when there is nothing to divide by."""
        if isinstance(divisor, int):
            return _of(sql.SQL("({} / {}::numeric)").format(self.sql, sql.Literal(divisor)), self)
        ratio = sql.SQL("({} / NULLIF({}, 0)::numeric)").format(self.sql, divisor.sql)
        return replace(_of(ratio, self, divisor), sides=(self, divisor))


def _joined(first: Term, operator: str, second: Term | int) -> Term:
    joined = {"+": "({} + {})", "-": "({} - {})", "*": "({} * {})"}[operator]
    if isinstance(second, Term):
        return _of(sql.SQL(joined).format(first.sql, second.sql), first, second)
    return _of(sql.SQL(joined).format(first.sql, sql.Literal(second)), first)


def _of(made: sql.Composable, *parts: Term) -> Term:
    """`made` of terms."""
    columns = frozenset[str]().union(*(part.columns for part in parts))
    return Term(made, columns, frozenset[str]().union(*(part.kinds for part in parts)))


class _Counted:
    """Like a counter by kind of event; `what` is added up, and is made from `columns`."""

    def __init__(self, what: str, columns: frozenset[str]) -> None:
        self.what, self.columns = what, columns

    def __getitem__(self, kind: str) -> Term:
        added = sql.SQL("coalesce(sum({}) FILTER (WHERE kind = {}), 0)")
        term = added.format(sql.SQL(self.what), sql.Literal(kind))
        return Term(term, self.columns, frozenset({kind}))


class _SumsInSql(Sums):
    """Answers what `Sums` is asked, in terms."""

    def fen(self, kind: str) -> Any:
        parts = [
            cast("Term", found[kind])
            for found in (self.credited_micro, self.unpriced_micro, self.value_fen)
        ]
        known = sql.SQL("CASE WHEN {0} = 0 OR {1} <> {0} THEN {2} END")
        return _of(known.format(*(part.sql for part in parts)), *parts)

    def assists(self, kind: str) -> Any:
        return self.assisted[kind]

    def matched_spend(self, what: str) -> Any:
        unmatched, cost = (cast("Term", self.spent[one]) for one in ("unmatched", what))
        known = sql.SQL("CASE WHEN {} = 0 THEN {} END").format(unmatched.sql, cost.sql)
        return _of(known, unmatched, cost)

    def matched_cost(self, what: str) -> Any:
        parts = [self.spent[one] for one in ("unmatched", "unmatched_outside")]
        unmatched, cost = cast("Term", parts[0] + parts[1]), cast("Term", self.cost(what))
        known = sql.SQL("CASE WHEN {} = 0 THEN {} END").format(unmatched.sql, cost.sql)
        return _of(known, unmatched, cost)

    def kept_micro(self) -> Any:
        kept, all_of_it = cast("Term", self.value_fen[KEPT + ORDER]), self.fen(ORDER)
        unassumed = cast("Term", self.credited_micro[UNASSUMED + ORDER])
        known = sql.SQL("CASE WHEN {} = 0 AND {} IS NOT NULL THEN {} END")
        made = known.format(unassumed.sql, all_of_it.sql, kept.sql)
        return _of(made, unassumed, all_of_it, kept)

    def unmeasured(self) -> Any:
        return Term(sql.SQL("NULL::numeric"), frozenset(), frozenset())


def _added(what: str, *columns: str) -> Counts:
    return cast("Counts", _Counted(what, frozenset(columns)))


SUMS: Sums = _SumsInSql(
    touchpoints=_added("touchpoints", "touchpoints"),
    credited_micro=_added("credit_micro", "credit_micro"),
    value_fen=_added("value_fen", "value_fen"),
    unpriced_micro=_added(
        "CASE WHEN value_fen IS NULL THEN credit_micro END", "value_fen", "credit_micro"
    ),
    assisted=_added("assisted", "assisted"),
    spent=_added("spent", "spent"),
)


class _OrdersInTerms(Orders):
    """Answers what `Orders` is asked, in terms that say of what they are made; by level it has
    orders alone. PostgreSQL puts nothing in order by them."""

    def count(self, *levels: str) -> Any:
        return self.all(ORDER)

    without_value = fen = count

    def all(self, kind: str, *asked: str, **more: str) -> Any:
        return Term(sql.SQL(""), frozenset({"conversions"}), frozenset({kind}))

    known = worth = all


ORDERS: Orders = _OrdersInTerms()
