"""The rows of a breakdown: as many as are asked for, each with its label and its sums."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from django.utils.datastructures import MultiValueDict

from portal.ui import turning
from reports.answers.coverage import Coverage
from reports.answers.facts import Facts, Key
from reports.answers.labels import Label, labels, named_like
from reports.answers.question import By
from reports.answers.ranking import DEFAULT_ORDER, RANKED, Order, Ranking
from reports.metrics.registry import Metric
from reports.metrics.sums import ORDER, Sums

# How many rows of a file are made at once.
CHUNK = 5000


@dataclass(frozen=True)
class Row:
    """One line of the breakdown. `sums` is None for a day that is not computed."""

    label: Label
    sums: Sums | None


class Rows(Protocol):
    """The rows of a breakdown in their order; looking at some does not fetch the others."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Row]: ...
    def __getitem__(self, place: slice) -> "list[Row]": ...

    def in_order(self, metric: Metric[Sums], *, is_descending: bool) -> "Rows":
        """The same rows by `metric`."""

    def found(self, words: str) -> "Rows":
        """Those whose name, second line or key contain `words`."""

    @property
    def total(self) -> Sums:
        """The exact sum of all of them."""


def rows_of(facts: Facts, shown: Coverage) -> Rows:
    """All rows of the question, days by date, everything else by credited GMV, highest first."""
    if facts.question.by in RANKED:
        return RankedRows(facts)
    return ListedRows(_listed(facts, shown))


@dataclass(frozen=True)
class RankedRows:
    """Rows of notes, listings or boosts, which may be very many: PostgreSQL has the order."""

    facts: Facts
    order: Order = DEFAULT_ORDER
    words: str = ""

    def in_order(self, metric: Metric[Sums], *, is_descending: bool) -> "RankedRows":
        return replace(self, order=((metric, is_descending),))

    def found(self, words: str) -> "RankedRows":
        return replace(self, words=words)

    @property
    def by(self) -> By:
        return self.facts.question.by

    @cached_property
    def keys(self) -> list[int] | None:
        """The keys that the words find; None without words."""
        return named_like(self.facts.question, self.words) if self.words else None

    @cached_property
    def total(self) -> Sums:
        return self.facts.total(self.by, self.keys)

    def counted(self) -> int | None:
        """How many there are; None when there are more than are counted."""
        counted = self._ranking.counted
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
    def _ranking(self) -> Ranking:
        return Ranking(self.facts, self.by, self.order, self.keys)

    @cached_property
    def _keys(self) -> list[Key]:
        """All of them, however many."""
        counted = self._ranking.counted
        return self._ranking.every() if counted is None else counted

    def _rows(self, keys: list[Key]) -> list[Row]:
        if not keys:
            return []
        named = labels(self.facts.question, keys)
        found = self.facts.by(self.by, keys)
        return [Row(named[key], found.get(key, Sums())) for key in keys if key in named]


@dataclass(frozen=True)
class ListedRows:
    """Rows of which there is a handful: days, placements, marketplaces."""

    rows: Sequence[Row]

    def in_order(self, metric: Metric[Sums], *, is_descending: bool) -> "ListedRows":
        known = [row for row in self.rows if metric.of(row.sums) is not None]
        unknown = [row for row in self.rows if metric.of(row.sums) is None]
        known.sort(key=lambda row: metric.of(row.sums) or 0, reverse=is_descending)
        return ListedRows([*known, *unknown])

    def found(self, words: str) -> "ListedRows":
        return ListedRows([row for row in self.rows if row.label.holds(words)])

    @cached_property
    def total(self) -> Sums:
        added = Sums()
        for row in self.rows:
            added.add(row.sums or Sums())
        return added

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, place: slice) -> list[Row]:
        return list(self.rows[place])


def _listed(facts: Facts, shown: Coverage) -> list[Row]:
    question = facts.question
    found, gaps = facts.by(question.by), set(shown.gaps)
    rows = [
        Row(label, None if key in gaps else found.get(key, Sums()))
        for key, label in labels(question, found).items()
    ]
    if question.by != By.DAY:
        rows.sort(key=lambda row: _worth(row.sums), reverse=True)
    return rows


def _worth(sums: Sums | None) -> tuple[int, int]:
    return (sums.fen(ORDER) or 0, sums.credited(ORDER)) if sums else (0, 0)
