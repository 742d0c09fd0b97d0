"""The facts of a question as SQL, for what needs more than sums: an order, or all of it at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

from portal.ui import turning
from reports.answers.facts import COLUMN, OF_FACTS, Facts
from reports.answers.question import By
from reports.attribution.models import CreditFact, CreditSum, Fact, TouchFact, TouchSum
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Sums
from reports.metrics.terms import SUMS, Term

# Metrics, each with whether the highest comes first; unknown values come last, and what is equal is
# ordered by its key.
Order = tuple[tuple[Metric[Sums], bool], ...]

# By credited GMV, then by credited orders.
DEFAULT_ORDER: Order = ((metrics.GMV, True), (metrics.ORDERS, True))

_RISING = sql.SQL("coalesce(({})::numeric, 'Infinity')")
_FALLING = sql.SQL("coalesce(-({})::numeric, 'Infinity')")
# An index finds some. Many are joined: PostgreSQL weighs each of an array for each month before it
# begins, and the sum keeps the index, which would find them one by one, out of it.
_ALL, _SOME = sql.SQL("TRUE"), sql.SQL("{key} = ANY(%(keys)s::bigint[])")
_MANY = sql.SQL("{table} JOIN unnest(%(keys)s::bigint[]) AS asked (asked) ON asked = {key} + 0")


def statement(name: str) -> sql.SQL:
    return sql.SQL((Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8"))


_CREDITED, _TOUCHED = statement("credited"), statement("touched")


@dataclass(frozen=True)
class FactSql:
    """The facts of a breakdown, all of them or those of `keys`, each of which is named once."""

    facts: Facts
    by: By
    keys: Sequence[int] | None = None

    @cached_property
    def names(self) -> dict[str, sql.Composable]:
        """What statements call `credited` and `touched`."""
        credit, touches = (CreditFact, TouchFact) if self.by in OF_FACTS else (CreditSum, TouchSum)
        return {"credited": self._of(credit, _CREDITED), "touched": self._of(touches, _TOUCHED)}

    def _of(self, facts: type[Fact], query: sql.SQL) -> sql.Composed:
        key, table = sql.Identifier(COLUMN[self.by]), sql.Identifier(facts._meta.db_table)
        if self.keys is None:
            return query.format(key=key, facts=table, among=_ALL)
        if len(self.keys) <= turning.MOST_COUNTED:
            return query.format(key=key, facts=table, among=_SOME.format(key=key))
        return query.format(key=key, facts=_MANY.format(table=table, key=key), among=_ALL)

    def ask(self, composed: sql.Composable, params: dict[str, Any]) -> list[Any]:
        """The rows of a statement that is made of `names`."""
        asked = self.facts.question
        given: dict[str, Any] = {
            "merchant": asked.merchant.pk,
            "first_on": asked.first_on,
            "last_on": asked.last_on,
            "report_days": self.facts.report_day_pks,
            "models": [asked.model.value],
            "window_days": asked.window_days,
            # Very many numbers are dumped one by one; a text of them is not.
            "keys": None if self.keys is None else f"{{{','.join(map(str, self.keys))}}}",
        }
        with connection.cursor() as cursor:
            cursor.execute(composed, given | params)
            rows: list[Any] = cursor.fetchall()
        return rows


def term_of(metric: Metric[Sums]) -> Term:
    term: Any = metric.of(SUMS)
    assert isinstance(term, Term)
    return term


def rising(term: Term, *, is_descending: bool) -> sql.Composed:
    """`term` as one that rises where the order goes on; what is unknown comes last."""
    return (_FALLING if is_descending else _RISING).format(term.sql)
