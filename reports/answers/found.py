"""Keys in their order and what they add up to, in one pass over their facts: for what words find,
and where facts are few."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from psycopg import sql

from portal.ui import turning
from reports.answers.fact_sql import FactSql, Order, rising
from reports.answers.statements import statement
from reports.answers.summing import COLUMN, Key
from reports.attribution.choices import Model
from reports.metrics import registry as metrics
from reports.metrics.meanings import BOOSTED
from reports.metrics.sums import OF_BOOSTS, ORDER, Sums
from reports.metrics.terms import SUMS, Term

# Of so many keys the own sums come along, which is more than a page shows.
FIRST = 100
_FOUND = statement("found")
_BY_KIND = sql.SQL(
    "SELECT key, kind, credit_micro, value_fen, NULL::bigint, NULL::bigint, assisted,"
    " NULL::bigint{sample} FROM credited"
    " UNION ALL SELECT key, kind, NULL, NULL, touchpoints, once, NULL, NULL{sample} FROM touched"
)
# What boosted touches have of it, and what that cost, which is of no sample.
_OF_BOOSTS = sql.SQL(
    " UNION ALL SELECT key, {boosted} || kind, credit_micro, value_fen, NULL, NULL, NULL,"
    " NULL{sample} FROM credited WHERE is_boosted AND kind = ANY({kinds})"
    " UNION ALL SELECT key, kind, NULL, NULL, NULL, NULL, NULL, spent{no_sample} FROM spent"
)
# What orders leave by what is assumed of their days.
_KEPT = sql.SQL(
    " UNION ALL SELECT key, CASE WHEN {factor} IS NULL THEN {unassumed} ELSE {kept} END || kind,"
    " credit_micro, CASE WHEN {factor} IS NULL THEN value_fen ELSE"
    " value_fen * {factor}::numeric END, NULL, NULL, NULL, NULL{sample}"
    " FROM credited WHERE kind = {order} AND credit_micro IS NOT NULL"
)
_ORDERS_BY_MODEL = sql.SQL(
    "SELECT key, model, credit_micro, value_fen, NULL::bigint, NULL::bigint, assisted,"
    " NULL::bigint{sample} FROM credited WHERE kind = %(kind)s"
)
# JSON knows no decimals: a ratio is told as text.
_SAMPLE_TOLD = sql.SQL(", user_group, sampling_ratio::text")
# Keys stand in the order of their estimates.
_SCALED = sql.SQL(
    "(SELECT key, kind, credit_micro / coalesce(sampling_ratio, 1) AS credit_micro,"
    " value_fen / coalesce(sampling_ratio, 1) AS value_fen,"
    " touchpoints / coalesce(sampling_ratio, 1) AS touchpoints,"
    " assisted / coalesce(sampling_ratio, 1) AS assisted, spent FROM whole) AS scaled"
)
# What the facts of a part add up to: its name, touchpoints, credited and unpriced millionths, fen,
# assists, what was spent; of sampled days the group of users and the ratio.
_Part = Sequence[Any]

Total = TypeVar("Total")


@dataclass(frozen=True)
class Found(Generic[Total]):
    """The keys that have facts, in order; what all of them add up to, and what each of the first.

    Where it was asked for few facts and there are more, `is_whole` is False: some of them have
    `keys_read` keys, and nothing else is known.
    """

    is_whole: bool
    keys_read: int
    keys: list[Key]
    total: Total
    first: dict[Key, Total]


def enough() -> int:
    """Facts are few below this: so many have more keys than are counted, if there are that many."""
    return 2 * turning.MOST_COUNTED


def found(facts: FactSql, order: Order, *, most: int | None = None) -> Found[Sums]:
    """The keys of `facts` in `order`, and their exact sums, if `facts` are fewer than `most`."""
    rises = facts.rising(order)
    parts = _BY_KIND.format(sample=facts.sample)
    if facts.has_spend:
        parts += _OF_BOOSTS.format(
            boosted=sql.Literal(BOOSTED),
            kinds=sql.Literal(list(OF_BOOSTS)),
            sample=facts.sample,
            no_sample=sql.SQL(", NULL, NULL" if facts.is_sampled else ""),
        )
    if facts.has_worth:
        parts += _KEPT.format(**facts.kept, sample=facts.sample)
    keeps = most is not None and (facts.has_spend or facts.has_worth)
    return _asked(facts, facts.names, parts, rises, {"most": most}, _of_kinds, keeps=keeps)


def found_by_model(
    facts: FactSql, model: Model, *, is_descending: bool, most: int | None = None
) -> Found[dict[Model, Sums]]:
    """The keys of `facts` that have credit of orders, in the order of what `model` credits, and
    their exact sums under every model, if they are fewer than `most`."""
    worth, hidden = cast("Term", SUMS.fen(model.value)), facts.hidden(metrics.GMV)
    rises = [rising(worth, is_descending=is_descending, hidden=hidden)]
    given = {"kind": ORDER, "most": most}
    parts = _ORDERS_BY_MODEL.format(sample=facts.sample)
    return _asked(facts, facts.names_by_model, parts, rises, given, _of_models)


def _asked(
    facts: FactSql,
    named: dict[str, sql.Composable],
    parts: sql.Composed,
    rises: Sequence[sql.Composable],
    given: dict[str, Any],
    added: Callable[[Iterable[_Part], FactSql, list[Key]], Total],
    *,
    keeps: bool = False,
) -> Found[Total]:
    """`keeps` what is credited for all that read it: what nobody asks for is not read either way,
    so that few facts are read once, and no more than are asked for."""
    names = [sql.Identifier(f"term_{number}") for number in range(len(rises))]
    made = _FOUND.format(
        **named,
        parts=parts,
        keeping=sql.SQL("MATERIALIZED" if keeps else "NOT MATERIALIZED"),
        sample=facts.sample,
        sample_told=_SAMPLE_TOLD if facts.is_sampled else sql.SQL(""),
        scaled=_SCALED if facts.is_sampled else sql.SQL("whole"),
        limit=sql.SQL("" if given["most"] is None else "LIMIT %(most)s"),
        terms=sql.SQL(", ").join(rises),
        named=sql.SQL(", ").join(names),
    )
    [(facts_read, keys_read, keys, total, first)] = facts.ask(made, {**given, "first": FIRST})
    parts_of: dict[Key, list[_Part]] = defaultdict(list)
    for key, *part in first:
        parts_of[key].append(part)
    return Found(
        is_whole=given["most"] is None or facts_read < given["most"],
        keys_read=keys_read,
        keys=keys,
        total=added(total, facts, keys),
        first={key: added(of_key, facts, [key]) for key, of_key in parts_of.items()},
    )


def _of_kinds(parts: Iterable[_Part], facts: FactSql, keys: list[Key]) -> Sums:
    found = facts.facts.assists.mark(facts.facts.sampling.sums(), COLUMN[facts.by], keys)
    for kind, *numbers in parts:
        _take(found, kind, *numbers)
    return found


def _of_models(parts: Iterable[_Part], facts: FactSql, keys: list[Key]) -> dict[Model, Sums]:
    found = facts.facts.no_models(COLUMN[facts.by], *keys)
    for model, *numbers in parts:
        _take(found[Model(model)], ORDER, *numbers)
    return found


def _take(
    sums: Sums,
    kind: str,
    touchpoints: int,
    credited_micro: int,
    unpriced_micro: int,
    fen: int,
    assisted: int,
    spent: int,
    group: int | None = None,
    ratio: str | None = None,
) -> None:
    sums.touchpoints.take(kind, touchpoints, group, ratio)
    sums.credited_micro.take(kind, credited_micro, group, ratio)
    sums.unpriced_micro.take(kind, unpriced_micro, group, ratio)
    sums.value_fen.take(kind, fen, group, ratio)
    sums.assisted.take(kind, assisted, group, ratio)
    if spent:
        sums.spent.take(kind, spent, None, None)
