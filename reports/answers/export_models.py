"""The comparison of the models as files: a column for each model and metric, exact values."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from portal.ui import exports
from reports.answers import counted_days, json_file, provenance
from reports.answers.doubts import doubts_by_model, doubts_of_comparison
from reports.answers.export import (
    heads_of,
    key_columns,
    sample_cells,
    sample_columns,
    values_of,
)
from reports.answers.maturity import NOTHING
from reports.answers.maturity_words import percent
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
    return exports.csv_lines(table(comparison, rows))


def table(comparison: Comparison, rows: Iterable[ModelsRow]) -> Iterator[list[object]]:
    """`rows` of `comparison` as cells, the header first; see `csv_lines`."""
    question = comparison.question
    shown = {model: _shown(comparison, model) for model in Model}
    of_all = [comparison.rows.facts.metric(metric) for metric in _of_any(shown)]
    lacking = [metric for metric in of_all if metric.lacking]
    shares = {
        _("%(model)s: share of all rows that is in, in %%") % {"model": model.label}: in_percent
        for model, in_percent in _shares(comparison).items()
    }
    counted = counted_days.in_cell(comparison.rows.facts, of_all)
    asked = provenance.cells(
        question, comparison.coverage, lacking, *shares.values(), counted=counted, model=ALL
    )
    is_sampled = bool(comparison.coverage.samples)
    heads = [
        f"{model.label}: {head}".replace("[", f"[{model.value}.")
        for model, of_model in shown.items()
        for metric in of_model
        for head in heads_of(metric, question.by, is_sampled=is_sampled)
    ]
    heads += sample_columns(is_sampled=is_sampled)
    yield [*key_columns(), *heads, *provenance.columns(*shares)]
    for row in rows:
        values = [
            value
            for model, of_model in shown.items()
            for metric in of_model
            for value in values_of(row.metric(metric), row.sums[model], is_sampled=is_sampled)
        ]
        if is_sampled:
            found = [
                (row.metric(metric), row.sums[model])
                for model, of_model in shown.items()
                for metric in of_model
            ]
            values += sample_cells(found, doubts_by_model(row.sums, row.lacking))
        yield [row.label.key, row.label.text, row.label.detail, *values, *asked]


def _shown(comparison: Comparison, model: Model) -> list[Metric[Sums]]:
    told = comparison.rows.facts.assists.told_in_files(comparison.told_of(model))
    return list(metrics.in_files(told))


def _of_any(shown: dict[Model, list[Metric[Sums]]]) -> list[Metric[Sums]]:
    """What is told of any model, each once, in order."""
    return list({one.code: one for of_model in shown.values() for one in of_model}.values())


def as_json(comparison: Comparison) -> str:
    """All of it: question, coverage, totals and rows, each by model; fen and millionths."""
    question, rows = comparison.question, comparison.rows
    by_model = {model: _shown(comparison, model) for model in Model}
    shown = [rows.facts.metric(metric) for metric in _of_any(by_model)]
    has_numbers = comparison.coverage.has_numbers
    answer = {
        "by": question.by,
        **provenance.in_json(question, comparison.coverage),
        "counted_on": counted_days.in_json(rows.facts, shown),
        **json_file.warnings(comparison.coverage, doubts_of_comparison(comparison)),
        "metrics": [json_file.meaning_of(metric, question.by) for metric in shown],
        # The sum of no days is not 0.
        "totals": _by_model(by_model, rows.facts.metric, rows.totals if has_numbers else None),
        "maturity": _maturity(comparison),
        "rows": [
            {
                "key": row.label.key,
                "name": row.label.text,
                "detail": row.label.detail,
                "models": _by_model(by_model, row.metric, row.sums),
                "counted_on": counted_days.in_json(rows.facts, shown),
                **json_file.warnings(comparison.coverage, doubts_by_model(row.sums, row.lacking)),
            }
            for row in rows
        ],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _shares(comparison: Comparison) -> dict[Model, int | None]:
    """How much of all rows is in under each model, in percent; nothing by order day."""
    if not comparison.question.is_by_touch:
        return {}
    maturity = comparison.maturity
    # Where every window is over models have no ages to differ in.
    other = NOTHING if comparison.question.open_days else maturity.whole
    return {model: percent(maturity.by_model.get(model, other)) for model in Model}


def _maturity(comparison: Comparison) -> dict[str, Any] | None:
    shares = _shares(comparison)
    told = {model.value: {"percent": in_percent} for model, in_percent in shares.items()}
    return {"models": told} if told else None


def _by_model(
    shown: dict[Model, list[Metric[Sums]]],
    here: Callable[[Metric[Sums]], Metric[Sums]],
    sums: dict[Model, Sums] | None,
) -> dict[str, Any]:
    """Under each model what is told of it, each metric as it is `here`."""
    return {
        model.value: json_file.values_of(
            [here(metric) for metric in of_model], None if sums is None else sums[model]
        )
        for model, of_model in shown.items()
    }


def file_name(comparison: Comparison) -> str:
    """A name that tells the question, without extension."""
    return f"{provenance.in_name(comparison.question, model=ALL)}_by_{comparison.question.by}"
