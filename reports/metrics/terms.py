"""Sums that PostgreSQL has not added up yet: what a metric is computed from, as terms of SQL.

A metric's formula has one home, the registry. Given the integers of a row it gives a value; given
`SUMS` it gives the term by which PostgreSQL puts rows in order, in a query over facts that have the
columns `kind`, `touchpoints`, `credit_micro` and `value_fen`.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any, cast

from psycopg import sql

from reports.metrics.sums import Sums


@dataclass(frozen=True)
class Term:
    """A number of each group of facts."""

    sql: sql.Composable

    def __add__(self, other: "Term | int") -> "Term":
        return _joined(self, "+", other)

    __radd__ = __add__

    def __sub__(self, other: "Term | int") -> "Term":
        return _joined(self, "-", other)

    def __mul__(self, other: "Term | int") -> "Term":
        return _joined(self, "*", other)

    def over(self, divisor: "Term") -> "Term":
        """The ratio of the two; null when there is nothing to divide by."""
        return Term(sql.SQL("({} / NULLIF({}, 0)::numeric)").format(self.sql, divisor.sql))


def _joined(first: Term, operator: str, second: Term | int) -> Term:
    joined = {"+": "({} + {})", "-": "({} - {})", "*": "({} * {})"}[operator]
    other = second.sql if isinstance(second, Term) else sql.Literal(second)
    return Term(sql.SQL(joined).format(first.sql, other))


class _Counted:
    """Like a counter by kind of event; `what` is the column that is added up."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __getitem__(self, kind: str) -> Term:
        added = sql.SQL("coalesce(sum({}) FILTER (WHERE kind = {}), 0)")
        return Term(added.format(sql.SQL(self.what), sql.Literal(kind)))


class _SumsInSql(Sums):
    """Answers what `Sums` is asked, in terms."""

    def fen(self, kind: str) -> Any:
        credited, unpriced = self.credited_micro[kind], self.unpriced_micro[kind]
        known = "CASE WHEN {0} = 0 OR {1} <> {0} THEN {2} END"
        parts = (_of(credited), _of(unpriced), _of(self.value_fen[kind]))
        return Term(sql.SQL(known).format(*parts))


def _of(term: object) -> sql.Composable:
    return cast("Term", term).sql


def _column(what: str) -> "Counter[str]":
    return cast("Counter[str]", _Counted(what))


SUMS: Sums = _SumsInSql(
    touchpoints=_column("touchpoints"),
    credited_micro=_column("credit_micro"),
    value_fen=_column("value_fen"),
    unpriced_micro=_column("CASE WHEN value_fen IS NULL THEN credit_micro END"),
)
