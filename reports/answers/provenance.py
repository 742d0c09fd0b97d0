"""What an answer says of itself wherever it goes: what was asked, as of when, and what lacks."""

from collections.abc import Iterable
from datetime import UTC, date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.answers.coverage import Coverage, ToldDay, spans
from reports.answers.day_states import Day, DayState
from reports.answers.question import Question
from reports.answers.withholding import Withheld
from reports.attribution.restatements import Restatement
from reports.metrics.registry import Metric


def in_json(question: Question, shown: Coverage) -> dict[str, Any]:
    """Days and window that were asked for, the moment, and what is known of the days."""
    return {
        "merchant": question.merchant.code,
        "first_on": question.first_on.isoformat(),
        "last_on": question.last_on.isoformat(),
        **_json_campaign(question),
        "window_days": question.window_days,
        "as_of": question.moment or None,
        "time_base": question.time_base,
        "orders_until": question.order_days[1].isoformat(),
        "computed_until": shown.computed_until and shown.computed_until.isoformat(),
        "computed_at": shown.computed_at and shown.computed_at.isoformat(),
        "is_complete": shown.is_whole,
        "completeness_percent": shown.states.percent,
        "gaps": _iso(shown.gaps),
        "left_out": _iso(shown.blank),
        "without_orders": _iso(shown.without_orders),
        "stale": _iso(shown.stale),
        "withheld": _iso(shown.withheld),
        "suspensions": [_json_suspension(one) for one in shown.suspensions],
        "not_applicable": _iso(shown.not_applicable),
        "refund_period": {
            "days": shown.refund_period.days,
            "categories": [category.code for category in shown.refund_period.categories],
        },
        "days": [_json_day(told) for told in shown.told_days.values()],
        "missing": [
            {
                "source": one.stream.source.code,
                "store": one.stream.store and one.stream.store.external_id,
                "days": _iso(one.days),
                "due_at": one.due_at.isoformat(),
                "is_overdue": one.is_overdue,
            }
            for one in shown.states.missing
        ],
        "missing_rows": shown.states.missing_rows,
        "restated": [_json_change(restatement) for restatement in shown.restatements],
        "open_days": [day.isoformat() for day in shown.open_days],
        "runs": [run.pk for run in shown.runs],
        **_json_samples(shown),
    }


def _json_campaign(question: Question) -> dict[str, object]:
    """The campaign that was asked for; nothing where none was."""
    of = question.campaign
    return {"campaign": {"number": of.pk, "name": of.name}} if of else {}


def _json_samples(shown: Coverage) -> dict[str, object]:
    """Of which days how much was sent; nothing where that was everything."""
    samples = [
        {"ratio": sample.ratio, "days": [_iso(span) for span in sample.spans]}
        for sample in shown.samples
    ]
    return {"samples": samples, "confidence_percent": 95} if samples else {}


def _iso(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in days]


def _json_suspension(one: Withheld) -> dict[str, object]:
    """Why days are withheld: whose data of what are suspended, from when, until when if known."""
    suspension = one.suspension
    return {
        "source": suspension.source.code,
        "category": suspension.category and suspension.category.code,
        "first_on": suspension.first_on.isoformat(),
        "last_on": one.last_on and one.last_on.isoformat(),
        "reason": suspension.reason,
        "days": _iso(one.days),
    }


def final_from(day: Day) -> str | None:
    """From when on a day is final of which everything is there; None of others."""
    return day.final_from.isoformat() if day.is_settled else None


def _json_day(told: ToldDay) -> dict[str, object]:
    return {
        "on": told.day.on.isoformat(),
        "state": told.day.state.value,
        "final_from": final_from(told.day),
        "is_complete": told.is_complete,
        "is_running": told.day.is_running,
        "is_computed": told.is_computed,
        "is_stale": told.is_stale,
    }


def _json_change(change: Restatement) -> dict[str, Any]:
    """Why a day changed is told by number and act: a name is not of then."""
    return {
        "on": change.on.isoformat(),
        "at": change.at.astimezone(UTC).isoformat(),
        "batch": change.batch_id,
        "act": change.act,
        "old": change.old,
        "new": change.new,
        "samples": change.ratios,
    }


def columns(*more: str) -> list[str]:
    """The last columns of a file, which say what was asked and what is known of the days; `more`
    are those of one kind of file alone."""
    return [
        _("Model"), _("Window in days"), _("First day"), _("Last day"), _("Time base"),
        _("Complete"), _("Completeness in %"),
        *(f"{state.label} ({state})" for state in DayState), _("Refund period in days"),
        _("Refund period of"), _("Withheld because"),
        _("Orders not arrived"), _("Not in the sums"), _("Not computed"), _("Out of date"),
        pgettext("column", "Runs"), _("Computed at"), pgettext("column", "Not connected"),
        _("Counted only on some days"), *more, _("As of"),
    ]  # fmt: skip


def cells(
    question: Question,
    shown: Coverage,
    not_connected: Iterable[Metric[Any]],
    *more: str | int | None,
    counted: str,
    model: str = "",
) -> list[str | int | None]:
    """Their values, the same in every line; `counted` tells which metrics were counted on some of
    the days alone, `model` is what is said where it is not one."""
    days = [question.first_on.isoformat(), question.last_on.isoformat()]
    return [
        model or question.model,
        question.window_days,
        *days,
        question.time_base,
        pgettext("column", "yes") if shown.is_whole else pgettext("column", "no"),
        shown.states.percent,
        *(_spans(shown.states.of(state)) for state in DayState),
        shown.refund_period.days,
        " ".join(category.code for category in shown.refund_period.categories),
        " / ".join(one.sentence for one in shown.suspensions),
        _spans(shown.without_orders),
        _spans(shown.blank),
        _spans(shown.not_computed),
        _spans(shown.stale),
        " ".join(str(run.pk) for run in shown.runs),
        shown.computed_at.isoformat() if shown.computed_at else None,
        " ".join(metric.code for metric in not_connected),
        counted,
        *more,
        question.moment,
    ]


def _spans(days: Iterable[date]) -> str:
    """Days as spans: “2026-01-01/2026-01-03 2026-01-07”."""
    return " ".join(
        first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
        for first, last in spans(days)
    )


def in_name(question: Question, *, model: str = "") -> str:
    """The question in the name of a file, but for the breakdown."""
    days = f"{question.first_on.isoformat()}_{question.last_on.isoformat()}"
    credit = f"{model or question.model}_{question.window_days}d_{question.time_base}_day"
    of = f"_campaign_{question.campaign.pk}" if question.campaign else ""
    return f"{question.merchant.code}_{days}_{credit}{of}"
