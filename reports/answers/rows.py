"""The rows of a breakdown: as many as are asked for, each with its label and its sums."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Protocol

from django.utils.datastructures import MultiValueDict

from portal.ui import turning
from reports.answers.connected import NOTHING_LACKS
from reports.answers.coverage import Coverage, ToldDay
from reports.answers.fact_sql import DEFAULT_ORDER, FactSql, Order
from reports.answers.facts import Facts
from reports.answers.found import Found, found
from reports.answers.labels import Label, labels, named_like
from reports.answers.maturity import NOTHING, Maturity
from reports.answers.question import By, Question
from reports.answers.ranking import RANKED, Ranking
from reports.answers.summing import COLUMN, Key
from reports.metrics.registry import Metric, Value
from reports.metrics.sums import Expected, Sums

# How many rows of a file are made at once.
CHUNK = 5000


@dataclass(frozen=True)
class Row:
    """One line of the breakdown. `sums` is None, or blank, for a day that has no numbers; `lacking`
    are the kinds of events that nobody sends for it; `expected` is what is not counted. A day has
    what is known of it. It may await that any orders come."""

    label: Label
    sums: Sums | None
    lacking: frozenset[str] = NOTHING_LACKS
    expected: Expected = NOTHING
    day: ToldDay | None = None
    awaits_orders: bool = False

    def of(self, metric: Metric[Sums]) -> Value:
        """Its value of `metric`; None where that is unknown or not connected."""
        return self.metric(metric).of(self.sums)

    def metric(self, metric: Metric[Sums]) -> Metric[Sums]:
        """`metric` as it is here: not connected where nobody sends what it is made of, unknown
        where nothing of it has come."""
        found = metric.without(self.lacking)
        return found.awaited() if self.awaits_orders else found


class Rows(Protocol):
    """The rows of a breakdown in their order; looking at some does not fetch the others."""

    @property
    def question(self) -> Question: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def lacking(self) -> frozenset[str]:
        """The kinds of events that nobody sends for any of them."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Row]: ...
    def __getitem__(self, place: slice) -> "list[Row]": ...

    def in_order(self, metric: Metric[Sums], *, is_descending: bool) -> "Rows":
        """The same rows by `metric`."""

    def found(self, words: str) -> "Rows":
        """Those whose name, second line or key contain `words`."""

    @property
    def is_found(self) -> bool:
        """Whether they are those alone that words found."""

    @property
    def total(self) -> Sums:
        """The exact sum of all of them."""


def _made(facts: Facts, maturity: Maturity, sums: Iterable[tuple[Key, Sums | None]]) -> list[Row]:
    """The rows of keys that have a name."""
    by, found = facts.question.by, dict(sums)
    named, expected = labels(facts.question, list(found)), maturity.of(by, list(found))
    return [
        Row(
            named[key],
            of_key,
            facts.connected.of_row(by, key, named[key].store_kind),
            expected.get(key, NOTHING),
            awaits_orders=facts.awaits(by, key),
        )
        for key, of_key in found.items()
        if key in named
    ]


def rows_of(facts: Facts, shown: Coverage, maturity: Maturity) -> Rows:
    """All rows of the question, days by date, everything else by credited GMV, highest first."""
    if facts.question.by in RANKED:
        return RankedRows(facts, maturity)
    return _listed(facts, shown, maturity)


@dataclass(frozen=True)
class RankedRows:
    """Rows of notes, listings or boosts, which may be very many: PostgreSQL has the order.

    They are those of `keys`, or all.
    """

    facts: Facts
    maturity: Maturity
    order: Order = DEFAULT_ORDER
    keys: Sequence[int] | None = None

    def in_order(self, metric: Metric[Sums], *, is_descending: bool) -> "RankedRows":
        return replace(self, order=((metric, is_descending),))

    def found(self, words: str) -> "RankedRows":
        return replace(self, keys=named_like(self.facts.question, words))

    @property
    def is_found(self) -> bool:
        return self.keys is not None

    @property
    def question(self) -> Question:
        return self.facts.question

    @property
    def lacking(self) -> frozenset[str]:
        return self.facts.connected.lacking

    @property
    def by(self) -> By:
        return self.question.by

    @cached_property
    def total(self) -> Sums:
        if self.keys is None:
            # The sum of everything is known to the sums of the days.
            return self.facts.everything
        return (self._at_once or found(self._facts, self.order)).total

    def counted(self) -> int | None:
        """How many there are; None when there are more than are counted."""
        counted = self._counted
        return None if counted is None else len(counted)

    def turned(self, asked: MultiValueDict[str, str], *, size: int) -> turning.Page:
        """The page that an address asks for, of more than are counted."""
        page = turning.turned_in(self._ranking, asked, size=size)
        return replace(page, rows=self._rows(page.rows))

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Row]:
        for start in range(0, len(self._keys), CHUNK):
            yield from self._rows(self._keys[start : start + CHUNK])

    def __getitem__(self, place: slice) -> list[Row]:
        return self._rows(self._keys[place])

    @cached_property
    def _counted(self) -> list[Key] | None:
        """All of them, where they are not more than are counted."""
        if self._at_once is None:
            return self._ranking.counted
        keys = self._at_once.keys
        return keys if len(keys) <= turning.MOST_COUNTED else None

    @cached_property
    def _keys(self) -> list[Key]:
        """All of them, however many."""
        return self._ranking.every() if self._counted is None else self._counted

    @cached_property
    def _ranking(self) -> Ranking:
        return Ranking(self._facts, self.order)

    @cached_property
    def _at_once(self) -> Found[Sums] | None:
        """All of it in one pass over the facts: of some keys, and where facts are few."""
        if self.keys is not None and len(self.keys) <= turning.MOST_COUNTED:
            return found(self._facts, self.order)
        return self._ranking.few

    @property
    def _facts(self) -> FactSql:
        return FactSql(self.facts, self.by, self.keys)

    def _rows(self, keys: list[Key]) -> list[Row]:
        if not keys:
            return []
        sums, empty = self._sums(keys), self.facts.sampling.sums()
        return _made(self.facts, self.maturity, [(key, sums.get(key, empty)) for key in keys])

    def _sums(self, keys: list[Key]) -> dict[Key, Sums]:
        """The sums of `keys`; those of the first came with the order, if that was made at once."""
        first = self._at_once.first if self._at_once else {}
        return first if first.keys() >= set(keys) else self.facts.by(self.by, keys)


@dataclass(frozen=True)
class SummedRows:
    """Rows whose sums are at hand: a handful, as of days or placements.

    Each is a key of the breakdown with its sums, None for a day that has no numbers.
    """

    facts: Facts
    shown: Coverage
    maturity: Maturity
    rows: Sequence[tuple[Key, Sums | None]]
    is_found: bool = False

    def in_order(self, metric: Metric[Sums], *, is_descending: bool) -> "SummedRows":
        return self.in_orders([(metric, is_descending)])

    def in_orders(self, order: Sequence[tuple[Metric[Sums], bool]]) -> "SummedRows":
        """By the first of `order`, what is equal by the next, and at last by key."""
        rows = sorted(self.rows, key=lambda row: row[0])
        facts, by = self.facts, self.question.by
        for metric, is_descending in reversed(order):
            # What is a dash in its row is none here either: an order would tell of it.
            valued = [(facts.of_row(metric, by, key).of(sums), (key, sums)) for key, sums in rows]
            known = [one for one in valued if one[0] is not None]
            known.sort(key=lambda one: one[0] or 0, reverse=is_descending)
            rows = [row for _, row in known] + [row for value, row in valued if value is None]
        return replace(self, rows=rows)

    def found(self, words: str) -> "SummedRows":
        named = labels(self.question, [key for key, _sums in self.rows])
        rows = [(key, sums) for key, sums in self.rows if named[key].holds(words)]
        return replace(self, rows=rows, is_found=True)

    @cached_property
    def total(self) -> Sums:
        """Each touch once, whichever of the rows share it."""
        empty, by = self.facts.sampling.sums(), self.question.by
        found = Sums.of([empty, *(sums for _key, sums in self.rows if sums)])
        if not by.shares_touches:
            return found
        once = self.facts.touched(by, [key for key, _sums in self.rows])
        return replace(found, touchpoints=once.touchpoints)

    @property
    def question(self) -> Question:
        return self.facts.question

    @property
    def lacking(self) -> frozenset[str]:
        return self.facts.connected.lacking

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        for start in range(0, len(self.rows), CHUNK):
            yield from self[start : start + CHUNK]

    def __getitem__(self, place: slice) -> list[Row]:
        shown = self.rows[place]
        made = _made(self.facts, self.maturity, shown)
        if self.question.by != By.DAY:
            return made
        # Every day has a name, so that none is left out.
        days = [self.shown.told_days[on] for on, _sums in shown]
        return [replace(row, day=day) for row, day in zip(made, days, strict=True)]


def _listed(facts: Facts, shown: Coverage, maturity: Maturity) -> SummedRows:
    question = facts.question
    found, blank = facts.by(question.by), set(shown.blank)
    keys = question.days if question.by == By.DAY else found
    column = COLUMN[question.by]
    rows = [
        (key, _blank(facts, key) if key in blank else found.get(key) or facts.empty(column, key))
        for key in keys
    ]
    listed = SummedRows(facts, shown, maturity, rows)
    return listed if question.by == By.DAY else listed.in_orders(DEFAULT_ORDER)


def _blank(facts: Facts, on: date) -> Sums | None:
    """What is known of a day that has no numbers: what it cost, if it did."""
    spent = facts.spending.by_day.get(on)
    return spent.blank() if spent else None
