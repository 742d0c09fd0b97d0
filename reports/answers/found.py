"""Keys in their order and what they add up to, in one pass over their facts: for what words find,
and where facts are few."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from psycopg import sql

from reports.answers.fact_sql import FactSql, Order, rising, statement, term_of
from reports.answers.facts import Key
from reports.attribution.choices import Model
from reports.metrics.sums import ORDER, Sums
from reports.metrics.terms import SUMS, Term

_FOUND = statement("found")
_BY_KIND = sql.SQL(
    "SELECT key, kind, credit_micro, value_fen, NULL::bigint FROM credited"
    " UNION ALL SELECT key, kind, NULL, NULL, touchpoints FROM touched"
)
_ORDERS_BY_MODEL = sql.SQL(
    "SELECT key, model, credit_micro, value_fen, NULL::bigint FROM credited WHERE kind = %(kind)s"
)
# What the facts of a part add up to: touchpoints, credited and unpriced millionths, fen.
_Part = tuple[str, int, int, int, int]


Total = TypeVar("Total")


@dataclass(frozen=True)
class Found(Generic[Total]):
    """The keys that have facts, in order, and what all of them add up to."""

    keys: list[Key]
    total: Total


def found(facts: FactSql, order: Order) -> Found[Sums]:
    """The keys of `facts` in `order`, and their exact sum."""
    terms = [(term_of(metric), is_descending) for metric, is_descending in order]
    keys, parts = _asked(facts, _BY_KIND, terms, {})
    return Found(keys, Sums.of(_sums(part[0], part) for part in parts))


def found_by_model(
    facts: FactSql, model: Model, *, is_descending: bool
) -> Found[dict[Model, Sums]]:
    """The keys of `facts` that have credit of orders, in the order of what `model` credits, and
    their exact sum under every model."""
    worth = cast("Term", SUMS.fen(model.value))
    given = {"models": Model.values, "kind": ORDER}
    keys, parts = _asked(facts, _ORDERS_BY_MODEL, [(worth, is_descending)], given)
    of_parts = {Model(part[0]): _sums(ORDER, part) for part in parts}
    return Found(keys, {each: of_parts.get(each, Sums()) for each in Model})


def _asked(
    facts: FactSql, parts: sql.SQL, terms: Iterable[tuple[Term, bool]], given: dict[str, Any]
) -> tuple[list[Key], list[_Part]]:
    rises = [rising(term, is_descending=is_descending) for term, is_descending in terms]
    names = [sql.Identifier(f"term_{number}") for number in range(len(rises))]
    made = _FOUND.format(
        **facts.names,
        parts=parts,
        terms=sql.SQL(", ").join(rises),
        named=sql.SQL(", ").join(names),
    )
    [(keys, summed)] = facts.ask(made, given)
    return keys, summed


def _sums(kind: str, part: _Part) -> Sums:
    _name, touchpoints, credited_micro, unpriced_micro, value_fen = part
    return Sums(
        touchpoints=_of_kind(kind, touchpoints),
        credited_micro=_of_kind(kind, credited_micro),
        value_fen=_of_kind(kind, value_fen),
        unpriced_micro=_of_kind(kind, unpriced_micro),
    )


def _of_kind(kind: str, added: int) -> "Counter[str]":
    return Counter({kind: added} if added else {})
