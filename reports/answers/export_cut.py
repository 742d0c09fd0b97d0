"""The numbers of one object as files: one line, or one object of JSON, and exact values."""

import json
from collections.abc import Iterator

from portal.ui import exports
from reports.answers import counted_days, json_file, provenance
from reports.answers.columns import maturity_columns, unmeasured_beside
from reports.answers.cut import Cut
from reports.answers.export import (
    header_of,
    heads_of,
    key_columns,
    sample_cells,
    sample_columns,
    values_of,
)
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.sums import Expected, Sums


def csv_lines(found: Cut) -> Iterator[str]:
    """The header and the line of the object, as those of a report."""
    return exports.csv_lines(table(found))


def table(found: Cut) -> Iterator[list[object]]:
    """The header and the line of the object as cells."""
    shown, of_expected = _in_files(found), _of_expected(found)
    sums = found.told
    is_sampled = bool(found.coverage.samples)
    values = [value for metric in shown for value in values_of(metric, sums, is_sampled=is_sampled)]
    values += [printing.plain(metric.of(found.expected), metric.unit) for metric in of_expected]
    if is_sampled:
        values += sample_cells([(metric, sums) for metric in shown], found.doubts)
    lacking = [metric for metric in shown if metric.lacking]
    counted = counted_days.in_cell(found.facts, shown)
    asked = provenance.cells(found.question, found.coverage, lacking, counted=counted)
    heads = [head for one in shown for head in heads_of(one, found.by, is_sampled=is_sampled)]
    heads += [header_of(metric, found.by) for metric in of_expected]
    heads += sample_columns(is_sampled=is_sampled)
    yield [*key_columns(), *heads, *provenance.columns()]
    yield [found.key, found.name, found.code, *values, *asked]


def _in_files(found: Cut) -> list[metrics.Metric[Sums]]:
    """The columns of its file."""
    return [*metrics.in_files(found.metrics), *unmeasured_beside(found.metrics)]


def _of_expected(found: Cut) -> list[metrics.Metric[Expected]]:
    """What is not counted of the object: the share that is in."""
    return list(maturity_columns(found.question, found.by))


def as_json(found: Cut) -> str:
    """Question, coverage and numbers; money in fen, credit in millionths."""
    shown, of_expected = _in_files(found), _of_expected(found)
    sums = found.told
    answer = {
        "model": found.question.model,
        "object": {"kind": found.code, "key": found.key, "name": found.name},
        **provenance.in_json(found.question, found.coverage),
        "counted_on": counted_days.in_json(found.facts, shown),
        **json_file.warnings(found.coverage, found.doubts),
        "metrics": [
            *(json_file.meaning_of(metric, found.by) for metric in shown),
            *(json_file.meaning_of(metric, found.by) for metric in of_expected),
        ],
        "numbers": json_file.values_of(shown, sums)
        | json_file.values_of(of_expected, found.expected),
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def file_name(found: Cut) -> str:
    """A name that tells the question, without extension."""
    return f"{provenance.in_name(found.question)}_{found.code}_{found.pk}"
