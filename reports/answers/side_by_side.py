"""The models side by side: what each of them credits to every note or listing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, When, Window
from django.db.models.functions import Coalesce

from merchants.listings.models import Listing
from reports.answers.columns import of_base
from reports.answers.coverage import Coverage, coverage
from reports.answers.fact_sql import FactSql
from reports.answers.facts import Facts
from reports.answers.found import FIRST, Found, enough, found_by_model
from reports.answers.labels import Label, labels, named_like
from reports.answers.maturity import Maturity
from reports.answers.question import By, Question
from reports.answers.summing import COLUMN
from reports.attribution.choices import Model
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import ORDER, Sums

COMPARABLE = (By.NOTE, By.LISTING)


@dataclass(frozen=True)
class ModelsRow:
    """One note or listing, and its sums under every model; `lacking` are the kinds of events that
    nobody sends for it. It may await that any orders come."""

    label: Label
    sums: dict[Model, Sums]
    lacking: frozenset[str]
    awaits_orders: bool = False

    def metric(self, metric: Metric[Sums]) -> Metric[Sums]:
        """`metric` as it is here."""
        found = metric.without(self.lacking)
        return found.awaited() if self.awaits_orders else found


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

    @property
    def lacking(self) -> frozenset[str]:
        """The kinds of events that nobody sends for any of them."""
        return self.facts.connected.lacking

    @cached_property
    def totals(self) -> dict[Model, Sums]:
        """The exact sum of all of them under every model. Of some it is not known how many orders
        they have a part in; of all rows the sums of the days know it, and all else."""
        if self.words and self._at_once:
            return self._at_once.total
        return self.facts.totals_by_model()

    def __len__(self) -> int:
        if self._at_once:
            return len(self._at_once.keys)
        return self._first[0][1] if self._first else 0

    def __iter__(self) -> Iterator[ModelsRow]:
        return iter(self[:])

    def __getitem__(self, place: slice) -> list[ModelsRow]:
        start, stop, _step = place.indices(len(self))
        keys = self._at_once.keys[start:stop] if self._at_once else self._among_all(start, stop)
        named, sums = labels(self.facts.question, keys), self._sums(keys)
        connected, by = self.facts.connected, self.facts.question.by
        return [
            ModelsRow(
                named[key],
                sums[key],
                connected.of_row(by, key, named[key].store_kind),
                self.facts.awaits_orders,
            )
            for key in keys
            if key in named
        ]

    def _sums(self, keys: list[int]) -> dict[int, dict[Model, Sums]]:
        """The sums of `keys`; those of the first came with the order, if that was made at once."""
        first = self._at_once.first if self._at_once else {}
        if first.keys() >= set(keys):
            return first
        return self.facts.orders_by_model(self.facts.question.by, keys)

    @cached_property
    def _at_once(self) -> Found[dict[Model, Sums]] | None:
        """All of it in one pass over the facts: of what words find, and where facts are few."""
        question = self.facts.question
        named = named_like(question, self.words) if self.words else None
        found = found_by_model(
            FactSql(self.facts, question.by, named),
            self.model,
            is_descending=self.is_descending,
            most=None if self.words else enough(),
        )
        return found if found.is_whole else None

    def _among_all(self, start: int, stop: int) -> list[int]:
        ranked = self._first if stop <= FIRST else self._ranked
        return [key for key, _count in ranked[start:stop]]

    @cached_property
    def _first(self) -> list[tuple[int, int]]:
        """The first of all keys, each with how many there are."""
        return list(self._ranked[:FIRST])

    @property
    def _hidden(self) -> Q:
        """Keys that have a dash: nothing is known of what they are worth."""
        connected, column = self.facts.connected, COLUMN[self.facts.question.by]
        if metrics.GMV.kinds & connected.lacking:
            return Q(**{f"{column}__isnull": False})
        kinds = connected.partly(metrics.GMV) if self.facts.question.by == By.LISTING else []
        stores = Listing.objects.filter(product__store__kind__in=kinds)
        return Q(**{f"{column}__in": stores.values("pk") if kinds else []})

    @property
    def _ranked(self) -> QuerySet[Any]:
        """All keys in order, each with how many there are."""
        by = self.facts.question.by
        orders = self.facts.all_models(by).filter(kind=ORDER)
        scaled = self.facts.sampling.scaled
        ranked = orders.values(COLUMN[by]).annotate(
            credited=Sum(scaled(self.model.micro)),
            # What a model credits with nothing is worth nothing, and not unknown.
            worth=Case(
                When(self._hidden, then=None),
                default=Coalesce(
                    Sum(scaled(self.model.fen)),
                    Case(When(credited=None, then=0), output_field=DecimalField()),
                ),
                output_field=DecimalField(),
            ),
            count=Window(Count("*")),
        )
        first = F("worth").desc(nulls_last=True) if self.is_descending else F("worth").asc()
        in_order: QuerySet[Any] = ranked.order_by(first, COLUMN[by])
        return in_order.values_list(COLUMN[by], "count")


@dataclass(frozen=True)
class Comparison:
    """By order day `rows.totals` is the same under every model, for each of them shares out the
    same orders; by touch day these are on other days."""

    question: Question
    coverage: Coverage
    rows: ModelsRows
    maturity: Maturity

    @property
    def metrics(self) -> list[Metric[Sums]]:
        """What the models are compared by: all that any of them has."""
        found = {one.code: one for model in Model for one in self.told_of(model)}
        return [self.rows.facts.metric(metric) for metric in found.values()]

    def told_of(self, model: Model) -> Sequence[Metric[Sums]]:
        """What is told of one of them."""
        return of_base(self.question, metrics.COMPARED, model)


def compare(question: Question) -> Comparison:
    """Answer `question`, which is by note or by listing, under every model at once."""
    shown = coverage(question)
    facts = Facts(question, shown.report_days, shown.blank, shown.without_orders)
    return Comparison(question, shown, ModelsRows(facts), Maturity(facts, shown))
