"""The models side by side: what each of them credits to every note or listing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Window

from reports.answers.coverage import Coverage, coverage
from reports.answers.facts import COLUMN, Facts, among, credit_by
from reports.answers.labels import Label, labels, named_like
from reports.answers.question import By, Question
from reports.attribution.choices import Model
from reports.metrics.sums import ORDER, Sums

# How many keys a first look fetches, which is more than any page shows.
FIRST = 100
COMPARABLE = (By.NOTE, By.LISTING)


@dataclass(frozen=True)
class ModelsRow:
    """One note or listing, and its sums under every model."""

    label: Label
    sums: dict[Model, Sums]


@dataclass(frozen=True)
class ModelsRows:
    """Rows in the order of what `model` credits; looking at some does not fetch the others."""

    facts: Facts
    model: Model = Model.LAST_TOUCH
    is_descending: bool = True
    words: str = ""

    def in_order(self, model: Model, *, is_descending: bool) -> "ModelsRows":
        """The same rows by what `model` credits."""
        return replace(self, model=model, is_descending=is_descending)

    def found(self, words: str) -> "ModelsRows":
        """Those whose name, second line or key contain `words`."""
        return replace(self, words=words)

    @cached_property
    def totals(self) -> dict[Model, Sums]:
        """The exact sum of all of them under every model."""
        # Without words it is the sum of everything, which the sums of the days know.
        orders = self._orders if self.words else self.facts.all_models().filter(kind=ORDER)
        found = credit_by("model", orders)
        return {model: found.get(model, Sums()) for model in Model}

    def __len__(self) -> int:
        return self._first[0][1] if self._first else 0

    def __iter__(self) -> Iterator[ModelsRow]:
        return iter(self[:])

    def __getitem__(self, place: slice) -> list[ModelsRow]:
        start, stop, _step = place.indices(len(self))
        ranked = self._first if stop <= FIRST else self._ranked
        keys = [key for key, _found in ranked[start:stop]]
        named = labels(self.facts.question, keys)
        found = self.facts.orders_by_model(self.facts.question.by, keys) if keys else {}
        return [
            ModelsRow(named[key], {model: found.get((key, model), Sums()) for model in Model})
            for key in keys
            if key in named
        ]

    @property
    def _column(self) -> str:
        return COLUMN[self.facts.question.by]

    @cached_property
    def _first(self) -> list[tuple[int, int]]:
        """The first keys, each with how many there are."""
        return list(self._ranked[:FIRST])

    @cached_property
    def _orders(self) -> QuerySet[Any]:
        orders = self.facts.all_models(self.facts.question.by).filter(kind=ORDER)
        if not self.words:
            return orders
        return orders.filter(
            among(self.facts.question.by, named_like(self.facts.question, self.words))
        )

    @property
    def _ranked(self) -> QuerySet[Any]:
        """The keys in order, each with how many there are."""
        worth = Sum("value_fen", filter=Q(model=self.model))
        ranked = self._orders.values(self._column).annotate(worth=worth, found=Window(Count("*")))
        first = F("worth").desc(nulls_last=True) if self.is_descending else F("worth").asc()
        in_order: QuerySet[Any] = ranked.order_by(first, self._column)
        return in_order.values_list(self._column, "found")


@dataclass(frozen=True)
class Comparison:
    """`rows.totals` is the same under every model, for each of them shares out the same orders."""

    question: Question
    coverage: Coverage
    rows: ModelsRows


def compare(question: Question) -> Comparison:
    """Answer `question`, which is by note or by listing, under every model at once."""
    shown = coverage(question)
    return Comparison(question, shown, ModelsRows(Facts(question, shown.report_day_pks)))
