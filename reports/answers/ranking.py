"""The order of a breakdown's keys, made by PostgreSQL, so that a page costs what it shows.

An order is made of some of the facts: credited GMV of those that credit orders. Keys without any of
these are equal in it and stand together, ordered by their number. Where a page shows none of them
nobody asks which they are; only where it does are all facts read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

from portal.ui import turning
from reports.answers.facts import COLUMN, OF_FACTS, Facts, Key
from reports.answers.question import By
from reports.attribution.models import CreditFact, CreditSum, TouchFact, TouchSum
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Sums
from reports.metrics.terms import SUMS, Term

# Metrics, each with whether the highest comes first; unknown values come last, and what is equal is
# ordered by its key.
Order = tuple[tuple[Metric[Sums], bool], ...]

# By credited GMV, then by credited orders.
DEFAULT_ORDER: Order = ((metrics.GMV, True), (metrics.ORDERS, True))

# So large a breakdown is put in order by PostgreSQL; the others have a handful of keys.
RANKED = (By.NOTE, By.LISTING, By.BOOST)
# Beyond all keys, before them and after them.
_BEFORE_ALL, _AFTER_ALL = -1, 2**63 - 1
_CREDITED = sql.SQL("SELECT key, kind, credit_micro, value_fen, NULL::bigint FROM credited")
_TOUCHED = sql.SQL("SELECT key, kind, NULL::bigint, NULL, touchpoints::bigint FROM touched")
_ANY = sql.SQL(
    "SELECT key, NULL, NULL, NULL, NULL"
    " FROM (SELECT key FROM credited UNION SELECT key FROM touched) AS found"
)
_BEYOND = sql.SQL(
    "({named}, key) {past}"
    " (SELECT {named}, key FROM ranked WHERE key = %(place)s AND NOT is_nothing)"
)
# Many are joined: PostgreSQL weighs each of an array for each month before it begins, and the sum
# keeps the index, which would find them one by one, out of it.
_ALL, _AMONG = sql.SQL("TRUE"), sql.SQL("{key} + 0 IN (SELECT unnest(%(keys)s::bigint[]))")
_RISING = sql.SQL("coalesce(({})::numeric, 'Infinity')")
_FALLING = sql.SQL("coalesce(-({})::numeric, 'Infinity')")


def _sql(name: str) -> sql.SQL:
    return sql.SQL((Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8"))


_RANKING, _KEYS_OF_SOME = _sql("ranking"), _sql("keys_of_some")
_CREDITED_FACTS, _TOUCHED_FACTS = _sql("credited"), _sql("touched")


@dataclass(frozen=True)
class Ranking:
    """The keys of a breakdown, all of them or those among `keys`, which are many, in `order`.

    For pages it is a `turning.Order`: a key is its own place.
    """

    facts: Facts
    by: By
    order: Order
    keys: Sequence[int] | None = None

    @cached_property
    def counted(self) -> list[Key] | None:
        """All keys; None where there are more than are counted. Boosts are always counted."""
        if self.by not in OF_FACTS:
            return self.every()
        if self._keys_of_some() > turning.MOST_COUNTED:
            return None
        keys = self._found(self._all_facts, most=turning.MOST_COUNTED + 1)
        return keys if len(keys) <= turning.MOST_COUNTED else None

    def every(self) -> list[Key]:
        return self._found(self._all_facts, most=None)

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
        rows = self._ranked(self._own_facts, **asked)
        # A place that is not known is among the keys that have no such facts.
        if any(is_nothing for _key, is_nothing in rows) or (place is not None and not rows):
            return self._found(self._all_facts, **asked)
        return [key for key, _is_nothing in rows]

    def _found(self, facts: sql.Composable, *, most: int | None, **asked: Any) -> list[Key]:
        """The keys that `facts` have, with what comes before those that have none."""
        rows = self._ranked(facts, most=None if most is None else most + 1, **asked)
        return [key for key, is_nothing in rows if not is_nothing][:most]

    def _ranked(
        self, facts: sql.Composable, *, most: int | None, place: Key = None, is_back: bool = False
    ) -> list[tuple[Key, bool]]:
        names = [sql.Identifier(f"term_{number}") for number in range(len(self._terms))]
        named, end = sql.SQL(", ").join(names), _BEFORE_ALL if is_back else _AFTER_ALL
        falling = sql.SQL(" DESC" if is_back else "")
        past = sql.SQL("<" if is_back else ">")
        statement = _RANKING.format(
            **self._sources,
            facts=facts,
            named=named,
            terms=sql.SQL(", ").join(
                (_FALLING if is_descending else _RISING).format(term.sql)
                for term, is_descending in self._terms
            ),
            beyond=sql.SQL("TRUE") if place is None else _BEYOND.format(named=named, past=past),
            in_order=sql.SQL("{}, is_nothing DESC, {}").format(
                sql.SQL(", ").join(name + falling for name in names),
                sql.SQL("key") + falling,
            ),
        )
        return self._asked(statement, {"end": end, "place": place, "most": most})

    def _keys_of_some(self) -> int:
        """How many keys some facts have: enough of them to have more than are counted."""
        statement = _KEYS_OF_SOME.format(**self._sources)
        [[count]] = self._asked(statement, {"some": 3 * turning.MOST_COUNTED})
        return int(count)

    @cached_property
    def _terms(self) -> list[tuple[Term, bool]]:
        return [(_term(metric), is_descending) for metric, is_descending in self.order]

    @cached_property
    def _own_facts(self) -> sql.Composable:
        """The facts that the order is made of."""
        columns = frozenset[str]().union(*(term.columns for term, _ in self._terms))
        sides = [
            *([_CREDITED] if columns & {"credit_micro", "value_fen"} else []),
            *([_TOUCHED] if columns & {"touchpoints"} else []),
        ]
        of_kinds = sql.SQL(" WHERE kind = ANY(%(kinds)s)")
        return sql.SQL(" UNION ALL ").join(side + of_kinds for side in sides)

    @property
    def _all_facts(self) -> sql.Composable:
        """With them the keys that have others."""
        return sql.SQL(" UNION ALL ").join([self._own_facts, _ANY])

    @cached_property
    def _sources(self) -> dict[str, sql.Composable]:
        credit, touches = (CreditFact, TouchFact) if self.by in OF_FACTS else (CreditSum, TouchSum)
        key = sql.Identifier(COLUMN[self.by])
        among = _ALL if self.keys is None else _AMONG.format(key=key)
        names = {"key": key, "among": among}
        facts = {"facts": sql.Identifier(credit._meta.db_table)}
        credited = _CREDITED_FACTS.format(**names, **facts)
        facts = {"facts": sql.Identifier(touches._meta.db_table)}
        return {"credited": credited, "touched": _TOUCHED_FACTS.format(**names, **facts)}

    def _asked(self, statement: sql.Composable, params: dict[str, Any]) -> list[Any]:
        asked = self.facts.question
        given: dict[str, Any] = {
            "merchant": asked.merchant.pk,
            "first_on": asked.first_on,
            "last_on": asked.last_on,
            "report_days": self.facts.report_day_pks,
            "model": asked.model.value,
            "window_days": asked.window_days,
            "keys": None if self.keys is None else list(self.keys),
            "kinds": sorted(frozenset[str]().union(*(term.kinds for term, _ in self._terms))),
        }
        with connection.cursor() as cursor:
            cursor.execute(statement, given | params)
            rows: list[Any] = cursor.fetchall()
        return rows


def _term(metric: Metric[Sums]) -> Term:
    term: Any = metric.of(SUMS)
    assert isinstance(term, Term)
    return term
