"""The models side by side: what each of them credits to every note or listing."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from reports.answers.answer import COLUMN, Facts
from reports.answers.coverage import Coverage, coverage
from reports.answers.labels import Label, labels
from reports.answers.question import By, Question
from reports.attribution.choices import Model
from reports.metrics.sums import Sums

COMPARABLE = (By.NOTE, By.LISTING)


@dataclass(frozen=True)
class ModelsRow:
    """One note or listing, and its sums under every model."""

    label: Label
    sums: dict[Model, Sums]


@dataclass(frozen=True)
class Comparison:
    """`totals` is the same under every model, for each of them shares out the same orders."""

    question: Question
    coverage: Coverage
    rows: list[ModelsRow]
    totals: dict[Model, Sums]


def compare(question: Question) -> Comparison:
    """Answer `question`, which is by note or by listing, under every model at once."""
    shown = coverage(question)
    found: dict[Any, dict[Model, Sums]] = defaultdict(lambda: {model: Sums() for model in Model})
    totals = {model: Sums() for model in Model}
    facts = Facts(question, shown.report_day_pks)
    for (key, model), sums in facts.orders_by_model(COLUMN[question.by]).items():
        found[key][Model(model)].add(sums)
        totals[Model(model)].add(sums)
    named = labels(question, found)
    rows = [ModelsRow(label, found[key]) for key, label in named.items()]
    return Comparison(question, shown, rows, totals)
