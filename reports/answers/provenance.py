"""What an answer says of itself wherever it goes: what was asked, as of when, and what lacks."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.answers import caveats
from reports.answers.caveat_values import in_spans, iso
from reports.answers.coverage import Coverage, ToldDay
from reports.answers.day_states import Day, DayState
from reports.answers.question import Question
from reports.attribution.choices import Model
from reports.metrics.registry import Metric

# Which form files have: raised with every change of their columns or keys, see ADR 0108.
FORM = 1
# The states that no caveat tells: what they stand for is there, or comes.
OTHERS = (DayState.COLLECTING, DayState.PROVISIONAL, DayState.FINAL)


def in_json(question: Question, shown: Coverage) -> dict[str, Any]:
    """Days and window that were asked for, the moment, and what is known of the days."""
    return {
        "form": FORM,
        "merchant": question.merchant.code,
        "model_versions": {model.value: model.version for model in Model},
        "first_on": question.first_on.isoformat(),
        "last_on": question.last_on.isoformat(),
        **_json_campaign(question),
        "window_days": question.window_days,
        "as_of": question.moment or None,
        "time_base": question.time_base,
        "orders_until": question.order_days[1].isoformat(),
        "computed_until": shown.computed_until and shown.computed_until.isoformat(),
        "computed_at": shown.computed_at and shown.computed_at.isoformat(),
        **caveats.in_json(shown),
        "gaps": iso(shown.gaps),
        "left_out": iso(shown.blank),
        "refund_period": {
            "days": shown.refund_period.days,
            "categories": [category.code for category in shown.refund_period.categories],
        },
        "days": [_json_day(told) for told in shown.told_days.values()],
        "open_days": iso(shown.open_days),
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
        {"ratio": sample.ratio, "days": [iso(span) for span in sample.spans]}
        for sample in shown.samples
    ]
    return {"samples": samples, "confidence_percent": 95} if samples else {}


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


def columns(*more: str) -> list[str]:
    """The last columns of a file, which say what was asked and what is known of the days; `more`
    are those of one kind of file alone."""
    return [
        _("Model"), _("Model version"), _("Window in days"), _("First day"), _("Last day"),
        _("Time base"), *(f"{state.label} ({state})" for state in OTHERS), *caveats.columns(),
        _("Refund period in days"), _("Refund period of"), _("Not in the sums"),
        pgettext("column", "Runs"), _("Computed at"), pgettext("column", "Not connected"),
        _("Counted only on some days"), *more, _("Form of the file"), _("As of"),
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
        _model_version(question, of_all=bool(model)),
        question.window_days,
        *days,
        question.time_base,
        *(in_spans(shown.states.of(state)) for state in OTHERS),
        *caveats.cells(shown),
        shown.refund_period.days,
        " ".join(category.code for category in shown.refund_period.categories),
        in_spans(shown.blank),
        " ".join(str(run.pk) for run in shown.runs),
        shown.computed_at.isoformat() if shown.computed_at else None,
        " ".join(metric.code for metric in not_connected),
        counted,
        *more,
        FORM,
        question.moment,
    ]


def _model_version(question: Question, *, of_all: bool) -> str:
    """That of the model or, where it is not one, “last_touch 1 first_touch 1 …”."""
    if of_all:
        return " ".join(f"{model} {model.version}" for model in Model)
    return str(question.model.version)


def in_name(question: Question, *, model: str = "") -> str:
    """The question in the name of a file, but for the breakdown."""
    days = f"{question.first_on.isoformat()}_{question.last_on.isoformat()}"
    credit = f"{model or question.model}_{question.window_days}d_{question.time_base}_day"
    of = f"_campaign_{question.campaign.pk}" if question.campaign else ""
    return f"{question.merchant.code}_{days}_{credit}{of}"
