"""The comparison of the models as files: a column for each model and metric, exact values."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from portal.ui import exports
from reports.answers import json_file, provenance
from reports.answers.columns import of_base
from reports.answers.export import heads_of, key_columns, values_of
from reports.answers.side_by_side import Comparison, ModelsRow
from reports.attribution.choices import Model
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Sums

# What stands in place of one model.
ALL = "all_models"


def csv_lines(comparison: Comparison, rows: Iterable[ModelsRow]) -> Iterator[str]:
    """`rows` of `comparison` as lines of CSV, the header first. A header is the name of the model,
    and that of the metric with its unit, and both codes in brackets: `[linear.credited_gmv]`."""
    return exports.csv_lines(_table(comparison, rows))


def _table(comparison: Comparison, rows: Iterable[ModelsRow]) -> Iterator[list[object]]:
    question = comparison.question
    shown = list(metrics.in_files(of_base(question, metrics.COMPARED)))
    lacking = [metric for metric in shown if metric.without(comparison.rows.lacking).lacking]
    asked = provenance.cells(question, comparison.coverage, lacking, model=ALL)
    is_sampled = bool(comparison.coverage.samples)
    heads = [
        f"{model.label}: {head}".replace("[", f"[{model.value}.")
        for model in Model
        for metric in shown
        for head in heads_of(metric, question.by, is_sampled=is_sampled)
    ]
    yield [*key_columns(), *heads, *provenance.columns()]
    for row in rows:
        values = [
            value
            for model in Model
            for metric in shown
            for value in values_of(
                metric.without(row.lacking), row.sums[model], is_sampled=is_sampled
            )
        ]
        yield [row.label.key, row.label.text, row.label.detail, *values, *asked]


def as_json(comparison: Comparison) -> str:
    """All of it: question, coverage, totals and rows, each by model; fen and millionths."""
    question, rows = comparison.question, comparison.rows
    compared = of_base(question, metrics.COMPARED)
    shown = [metric.without(rows.lacking) for metric in metrics.in_files(compared)]
    has_numbers = comparison.coverage.has_numbers
    answer = {
        "by": question.by,
        **provenance.in_json(question, comparison.coverage),
        "metrics": [json_file.meaning_of(metric, question.by) for metric in shown],
        # The sum of no days is not 0.
        "totals": _by_model(shown, rows.totals if has_numbers else None, rows.lacking),
        "rows": [
            {
                "key": row.label.key,
                "name": row.label.text,
                "detail": row.label.detail,
                "models": _by_model(shown, row.sums, row.lacking),
            }
            for row in rows
        ],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _by_model(
    shown: Iterable[Metric[Sums]], sums: dict[Model, Sums] | None, lacking: frozenset[str]
) -> dict[str, Any]:
    here = [metric.without(lacking) for metric in shown]
    return {
        model.value: json_file.values_of(here, None if sums is None else sums[model])
        for model in Model
    }


def file_name(comparison: Comparison) -> str:
    """A name that tells the question, without extension."""
    return f"{provenance.in_name(comparison.question, model=ALL)}_by_{comparison.question.by}"
