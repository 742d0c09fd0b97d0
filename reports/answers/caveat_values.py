"""What is said of the days of an answer, for programs: in JSON, and in a cell of a CSV, which is
the same in every language."""

from collections.abc import Iterable
from datetime import UTC, date
from typing import Any

from reports.answers.coverage import Coverage, spans
from reports.answers.withholding import Withheld
from reports.attribution.restatements import Restatement
from reports.sources.owed import Stream


def iso(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in days]


def in_spans(days: Iterable[date]) -> str:
    """Days as spans: “2026-01-01/2026-01-03 2026-01-07”."""
    return " ".join(
        first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
        for first, last in spans(days)
    )


def final_from(shown: Coverage) -> str | None:
    """The first day on which all of the provisional days are final."""
    return shown.final_from.isoformat() if shown.final_from else None


def missing(shown: Coverage) -> list[dict[str, Any]]:
    """What has not arrived: whose data, which days, and when the first of them is or was due."""
    return [
        {
            **_whose(one.stream),
            "days": iso(one.days),
            "due_at": one.due_at.isoformat(),
            "is_overdue": one.is_overdue,
        }
        for one in shown.states.missing
    ]


def missing_cell(shown: Coverage) -> str:
    """“taobao_tmall/tm1 2026-01-01/2026-01-03 due 2026-01-05T00:00:00+08:00; …”."""
    return "; ".join(
        f"{_code(one.stream)} {in_spans(one.days)} due {one.due_at.isoformat()}"
        for one in shown.states.missing
    )


def short(shown: Coverage) -> list[dict[str, Any]]:
    """What was called whole and lacks rows: whose data, which days, and how many rows; without a
    store what a source lacks of all its stores together, or the community."""
    return [
        {**_whose(one.stream), "days": iso(one.days), "rows": one.rows}
        for one in shown.states.short
    ]


def short_cell(shown: Coverage) -> str:
    """“taobao_tmall/tm1 2026-01-01/2026-01-03 rows 7; …”."""
    return "; ".join(
        f"{_code(one.stream)} {in_spans(one.days)} rows {one.rows}" for one in shown.states.short
    )


def reported(shown: Coverage) -> list[dict[str, Any]]:
    """What is complete as the merchant reports it, and closed by nobody who owes it."""
    return [{**_whose(one.stream), "days": iso(one.days)} for one in shown.states.reported]


def reported_cell(shown: Coverage) -> str:
    return "; ".join(f"{_code(one.stream)} {in_spans(one.days)}" for one in shown.states.reported)


def _whose(stream: Stream) -> dict[str, Any]:
    """Its source, and the id of its store there; none of the community."""
    return {"source": stream.source.code, "store": stream.store and stream.store.external_id}


def _code(stream: Stream) -> str:
    return (
        f"{stream.source.code}/{stream.store.external_id}" if stream.store else stream.source.code
    )


def suspension(one: Withheld) -> dict[str, object]:
    """Why days are withheld: whose data of what are suspended, from when, until when if known."""
    suspended = one.suspension
    return {
        "source": suspended.source.code,
        "category": suspended.category and suspended.category.code,
        "first_on": suspended.first_on.isoformat(),
        "last_on": one.last_on and one.last_on.isoformat(),
        "reason": suspended.reason,
        "days": iso(one.days),
    }


def restatement(change: Restatement) -> dict[str, Any]:
    """Why a day changed is told by number, act and code: a name is not of then."""
    return {
        "on": change.on.isoformat(),
        "at": change.at.astimezone(UTC).isoformat(),
        "reason": change.cause.value,
        "batch": change.batch_id,
        "act": change.act,
        "code_version": change.run.code_version,
        "old": change.old,
        "new": change.new,
        "difference": change.difference,
        "samples": change.ratios,
    }


def code_versions(shown: Coverage) -> list[dict[str, Any]]:
    """Which version of the code computed which of the days that are shown."""
    return [
        {"version": version, "days": [iso(span) for span in spans(days)]}
        for version, days in shown.code_versions.items()
    ]


def code_versions_cell(shown: Coverage) -> str:
    """“1f0c… 2026-01-01/2026-01-03; 7ab2… 2026-01-04”."""
    return "; ".join(f"{version} {in_spans(days)}" for version, days in shown.code_versions.items())
