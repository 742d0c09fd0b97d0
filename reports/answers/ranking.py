"""The order of a breakdown's keys, made by PostgreSQL, so that a page costs what it shows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

from reports.answers.facts import COLUMN, OF_FACTS, Facts, Key
from reports.answers.question import By
from reports.attribution.models import CreditFact, CreditSum, TouchFact, TouchSum
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Sums
from reports.metrics.terms import SUMS, Term

# So large a breakdown is put in order by PostgreSQL; the others have a handful of keys.
RANKED = (By.NOTE, By.LISTING, By.BOOST)
_SQL = (Path(__file__).parent / "sql" / "ranking.sql").read_text(encoding="utf-8")


def ranked(
    facts: Facts,
    by: By,
    order: Sequence[tuple[Metric[Sums], bool]],
    *,
    keys: list[int] | None,
    skipped: int,
    most: int,
) -> tuple[list[Key], int]:
    """The keys from number `skipped` on, `most` of them, and how many there are in all.

    `order` are metrics, each with whether the highest comes first; unknown values come last, and
    what is equal is ordered by its key. Past the last key the number of all is 0.
    """
    asked = facts.question
    terms = [_term(metric) for metric, _is_descending in order]
    credit, touches = (CreditFact, TouchFact) if by in OF_FACTS else (CreditSum, TouchSum)
    statement = sql.SQL(_SQL).format(
        key=sql.Identifier(COLUMN[by]),
        credit=sql.Identifier(credit._meta.db_table),
        touches=sql.Identifier(touches._meta.db_table),
        order=sql.SQL(", ").join(
            sql.SQL("{} DESC NULLS LAST" if is_descending else "{} NULLS LAST").format(term.sql)
            for term, (_metric, is_descending) in zip(terms, order, strict=True)
        ),
        **_asked(frozenset[str]().union(*(term.columns for term in terms))),
    )
    params: dict[str, Any] = {
        "merchant": asked.merchant.pk,
        "first_on": asked.first_on,
        "last_on": asked.last_on,
        "report_days": facts.report_day_pks,
        "model": asked.model.value,
        "window_days": asked.window_days,
        "keys": keys,
        "most": most,
        "skipped": skipped,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = cursor.fetchall()
    return [key for key, _found in rows], rows[0][1] if rows else 0


def default_order() -> list[tuple[Metric[Sums], bool]]:
    """By credited GMV, then by credited orders, the highest first."""
    return [(metrics.GMV, True), (metrics.ORDERS, True)]


def _asked(columns: frozenset[str]) -> dict[str, sql.SQL]:
    """What the order asks of each kind of facts; where it asks nothing, only which keys there are,
    and each of them once."""
    of_credit, of_touches = columns & {"credit_micro", "value_fen"}, columns & {"touchpoints"}
    return {
        "credited": sql.SQL("kind, credit_micro, value_fen" if of_credit else "NULL, NULL, NULL"),
        "once_credited": sql.SQL("" if of_credit else "DISTINCT"),
        "touched": sql.SQL("kind, touchpoints" if of_touches else "NULL, NULL"),
        "once_touched": sql.SQL("" if of_touches else "DISTINCT"),
    }


def _term(metric: Metric[Sums]) -> Term:
    term: Any = metric.of(SUMS)
    assert isinstance(term, Term)
    return term
