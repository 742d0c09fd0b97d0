"""The numbers of one object as files: one line, or one object of JSON, and exact values."""

import json
from collections.abc import Iterator

from portal.ui import exports
from reports.answers import json_file, provenance
from reports.answers.cut import Cut
from reports.answers.export import heads_of, key_columns, values_of
from reports.metrics import registry as metrics


def csv_lines(found: Cut) -> Iterator[str]:
    """The header and the line of the object, as those of a report."""
    return exports.csv_lines(_table(found))


def _table(found: Cut) -> Iterator[list[object]]:
    shown = list(metrics.in_files(found.metrics))
    sums = found.sums if found.coverage.has_numbers else None
    is_sampled = bool(found.coverage.samples)
    values = [value for metric in shown for value in values_of(metric, sums, is_sampled=is_sampled)]
    lacking = [metric for metric in shown if metric.lacking]
    asked = provenance.cells(found.question, found.coverage, lacking)
    heads = [head for one in shown for head in heads_of(one, found.by, is_sampled=is_sampled)]
    yield [*key_columns(), *heads, *provenance.columns()]
    yield [found.key, found.name, found.code, *values, *asked]


def as_json(found: Cut) -> str:
    """Question, coverage and numbers; money in fen, credit in millionths."""
    shown = list(metrics.in_files(found.metrics))
    # The sum of no days is not 0.
    sums = found.sums if found.coverage.has_numbers else None
    answer = {
        "model": found.question.model,
        "object": {"kind": found.code, "key": found.key, "name": found.name},
        **provenance.in_json(found.question, found.coverage),
        "metrics": [json_file.meaning_of(metric, found.by) for metric in shown],
        "numbers": json_file.values_of(shown, sums),
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def file_name(found: Cut) -> str:
    """A name that tells the question, without extension."""
    return f"{provenance.in_name(found.question)}_{found.code}_{found.pk}"
