"""The order of a breakdown's keys, made by PostgreSQL, so that a page costs what it shows.

An order is made of some of the facts: credited GMV of those that credit orders. Keys without any of
these are equal in it and stand together, ordered by their number. Where a page shows none of them
nobody asks which they are; only where it does are all facts read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from psycopg import sql

from portal.ui import turning
from reports.answers.fact_sql import FactSql, Order, rising, term_of
from reports.answers.found import Found, enough, found
from reports.answers.question import By
from reports.answers.statements import statement
from reports.answers.summing import OF_FACTS, Key
from reports.metrics.meanings import BOOSTED, KEPT
from reports.metrics.sums import Sums
from reports.metrics.terms import Term

# So large a breakdown is put in order by PostgreSQL; the others have a handful of keys.
RANKED = (By.NOTE, By.LISTING, By.PRODUCT, By.BOOST)
# Beyond all keys, before them and after them.
_BEFORE_ALL, _AFTER_ALL = -1, 2**63 - 1
_CREDITED = sql.SQL(
    "SELECT key, kind, credit_micro{scale}, value_fen{scale}, NULL::bigint, assisted{scale},"
    " NULL::bigint FROM credited WHERE kind = ANY(%(kinds)s)"
)
_TOUCHED = sql.SQL(
    "SELECT key, kind, NULL::bigint, NULL, touchpoints::bigint{scale}, NULL, NULL::bigint"
    " FROM touched WHERE kind = ANY(%(kinds)s)"
)
_BOOSTED = sql.SQL(
    "SELECT key, {boosted} || kind, credit_micro{scale}, value_fen{scale}, NULL::bigint, NULL,"
    " NULL::bigint FROM credited WHERE is_boosted AND {boosted} || kind = ANY(%(kinds)s)"
)
_KEPT = sql.SQL(
    "SELECT key, CASE WHEN {factor} IS NULL THEN {unassumed} ELSE {kept} END || kind,"
    " credit_micro{scale}, CASE WHEN {factor} IS NULL THEN value_fen ELSE"
    " value_fen * {factor}::numeric END{scale}, NULL::bigint, NULL, NULL::bigint"
    " FROM credited WHERE kind = {order} AND credit_micro IS NOT NULL"
)
_SPENT = sql.SQL(
    "SELECT key, kind, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, spent"
    " FROM spent WHERE kind = ANY(%(kinds)s)"
)
# Keys stand in the order of what is estimated from a sample.
_SCALE = sql.SQL(" / coalesce(sampling_ratio, 1)")
# The keys that have none of the facts of the order: where they begin, or which they are. These are
# equal, so of them the first that are asked for are enough; where the place is one of their equals,
# the first from there on.
_WHERE = sql.SQL("SELECT %(end)s::bigint, TRUE")
_WHICH = sql.SQL(
    "SELECT key, FALSE"
    " FROM ((SELECT key FROM credited UNION ALL SELECT key FROM touched"
    " UNION ALL SELECT key FROM spent) EXCEPT SELECT key FROM own) AS others"
    " WHERE %(place)s::bigint IS NULL OR key {past}= %(place)s"
    " OR %(place)s IN (SELECT key FROM own WHERE ({named}) <> (SELECT {named} FROM nothing))"
    " ORDER BY key{falling} LIMIT %(most)s::bigint + 1"
)
# Where some keys have a dash these come last, whatever facts they have: no others are equal.
_EACH = sql.SQL(
    "SELECT key, FALSE"
    " FROM ((SELECT key FROM credited UNION ALL SELECT key FROM touched"
    " UNION ALL SELECT key FROM spent) EXCEPT SELECT key FROM own) AS others"
)
_BEYOND = sql.SQL(
    "({named}, key) {past}"
    " (SELECT {named}, key FROM ranked WHERE key = %(place)s AND NOT is_nothing)"
)
_HIDDEN_LAST = sql.SQL("CASE WHEN NOT ({hidden}) THEN {name} ELSE 'Infinity' END")
_RANKING = statement("ranking")


@dataclass(frozen=True)
class Ranking:
    """The keys that `facts` have, in `order`.

    For pages it is a `turning.Order`: a key is its own place.
    """

    facts: FactSql
    order: Order

    @cached_property
    def counted(self) -> list[Key] | None:
        """All keys; None where there are more than are counted. Boosts are always counted."""
        if self.facts.by not in OF_FACTS:
            return self.every()
        if self._few.keys_read > turning.MOST_COUNTED:
            return None
        keys = self._whole(most=turning.MOST_COUNTED + 1)
        return keys if len(keys) <= turning.MOST_COUNTED else None

    @property
    def few(self) -> Found[Sums] | None:
        """All of it at once, where the facts are so few that this is the quickest."""
        return self._few if self.facts.by in OF_FACTS and self._few.is_whole else None

    @cached_property
    def _few(self) -> Found[Sums]:
        return found(self.facts, self.order, most=enough())

    def every(self) -> list[Key]:
        return self._whole(most=None)

    def read(self, text: str) -> int | None:
        """The key that `text` is; None for what can be none."""
        is_key = text.isascii() and text.isdecimal() and len(text) < len(str(_AFTER_ALL))
        return int(text) if is_key else None

    def written(self, row: Key) -> str:
        return str(row)

    def first(self, start: int, most: int) -> list[Key]:
        return self._some(most=start + most)[start:]

    def after(self, place: Key, most: int) -> list[Key]:
        return self._some(place=place, most=most)

    def before(self, place: Key, most: int) -> list[Key]:
        return self._some(place=place, most=most, is_back=True)

    def _some(self, *, most: int, place: Key = None, is_back: bool = False) -> list[Key]:
        asked = {"most": most, "place": place, "is_back": is_back}
        if self._is_hidden:
            return self._whole(**asked)
        rows = self._ranked(_WHERE, **asked)
        # A place that is not known is among the keys that have no such facts.
        if any(is_nothing for _key, is_nothing in rows) or (place is not None and not rows):
            return self._whole(**asked)
        return [key for key, _is_nothing in rows]

    def _whole(self, **asked: Any) -> list[Key]:
        """The keys of all facts, and not of those alone that the order is made of."""
        others = _EACH if self._is_hidden else _WHICH
        return [key for key, _is_nothing in self._ranked(others, **asked)]

    def _ranked(
        self, others: sql.SQL, *, most: int | None, place: Key = None, is_back: bool = False
    ) -> list[tuple[Key, bool]]:
        names = [sql.Identifier(f"term_{number}") for number in range(len(self._terms))]
        named, end = sql.SQL(", ").join(names), _BEFORE_ALL if is_back else _AFTER_ALL
        falling = sql.SQL(" DESC" if is_back else "")
        past = sql.SQL("<" if is_back else ">")
        made = _RANKING.format(
            **self.facts.names,
            facts=self._own_facts,
            others=others.format(past=past, falling=falling, named=named),
            named=named,
            terms=sql.SQL(", ").join(self.facts.rising(self.order)),
            nothing_terms=sql.SQL(", ").join(
                rising(term, is_descending=is_descending) for term, is_descending in self._terms
            ),
            nothing_named=sql.SQL(", ").join(self._of_nothing(names)),
            beyond=sql.SQL("TRUE") if place is None else _BEYOND.format(named=named, past=past),
            in_order=sql.SQL("{}, is_nothing DESC, {}").format(
                sql.SQL(", ").join(name + falling for name in names),
                sql.SQL("key") + falling,
            ),
        )
        asked = {"kinds": self._kinds, "end": end, "place": place, "most": most}
        return self.facts.ask(made, asked)

    @cached_property
    def _hidden(self) -> list[sql.Composable | None]:
        """Which keys have a dash in place of each metric of the order."""
        return [self.facts.hidden(metric) for metric, _is_descending in self.order]

    @property
    def _is_hidden(self) -> bool:
        return any(hidden is not None for hidden in self._hidden)

    def _of_nothing(self, names: Sequence[sql.Identifier]) -> Iterator[sql.Composable]:
        """What a key without facts of the order stands by."""
        for name, hidden in zip(names, self._hidden, strict=True):
            yield name if hidden is None else _HIDDEN_LAST.format(name=name, hidden=hidden)

    @cached_property
    def _terms(self) -> list[tuple[Term, bool]]:
        return [(term_of(metric), is_descending) for metric, is_descending in self.order]

    @property
    def _kinds(self) -> list[str]:
        """The kinds of events that the order tells of."""
        return sorted(frozenset[str]().union(*(term.kinds for term, _ in self._terms)))

    @cached_property
    def _own_facts(self) -> sql.Composable:
        """The facts that the order is made of."""
        columns = frozenset[str]().union(*(term.columns for term, _ in self._terms))
        is_of_worth = any(kind.startswith(KEPT) for kind in self._kinds)
        is_of_boosts = any(kind.startswith(BOOSTED) for kind in self._kinds)
        sides = [
            *([_CREDITED] if columns & {"credit_micro", "value_fen", "assisted"} else []),
            *([_BOOSTED] if is_of_boosts else []),
            *([_KEPT] if is_of_worth and self.facts.has_worth else []),
            *([_TOUCHED] if columns & {"touchpoints"} else []),
            *([_SPENT] if columns & {"spent"} else []),
        ]
        names = {
            "scale": _SCALE if self.facts.is_sampled else sql.SQL(""),
            "boosted": sql.Literal(BOOSTED),
            **(self.facts.kept if is_of_worth else {}),
        }
        return sql.SQL(" UNION ALL ").join(side.format(**names) for side in sides)
