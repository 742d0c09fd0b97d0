"""The course of a boost or a campaign as charts, each with the table that says the same."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from portal import words
from reports.answers.course import Course
from reports.answers.question import Question
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric, Value
from reports.metrics.sums import Sums


@dataclass(frozen=True)
class Chart:
    """A chart as JSON for `charts.js`, and its table: names of its columns and rows of texts, each
    with the address of what its first one is more of, or none."""

    code: str
    title: str
    label: str
    drawn: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


def charts_of(found: Course, question: Question) -> list[Chart]:
    """By day cost and reads, by hour of the day cost and impressions. Each of several days leads to
    its own hours, asked as `question` is."""
    days = [one.on.isoformat() for one in found.days]
    is_one, [first, *_others] = len(days) == 1, found.days
    by_day = _chart(
        "days",
        _("Spend and reads by day"),
        _("Chart of spend and reads by day; the table below it has the same numbers."),
        _("Day"),
        days,
        [words.day(one.on) for one in found.days],
        (metrics.SPEND, "bar", [one.captured_fen for one in found.days]),
        (metrics.READS, "line", [one.reads for one in found.days]),
        urls=[] if is_one else [_address(question, on) for on in days],
    )
    hours = [f"{one.hour:02}:00" for one in found.hours]
    by_hour = _chart(
        "hours",
        _("Spend and impressions by hour, %(day)s") % {"day": words.day(first.on)}
        if is_one
        else _("Spend and impressions by hour of the day, all these days together"),
        _("Chart of spend and impressions by hour; the table below it has the same numbers."),
        _("Hour"),
        hours,
        hours,
        (metrics.SPEND, "bar", [one.captured_fen for one in found.hours]),
        (metrics.IMPRESSIONS, "line", [one.impressions for one in found.hours]),
    )
    return [by_day, by_hour]


def _address(question: Question, on: str) -> str:
    """The same page and question, of one day alone; what it is about is the page's."""
    asked = {name: one for name, one in question.parameters.items() if name != "campaign"}
    return f"?{urlencode({**asked, 'first_on': on, 'last_on': on})}"


def _chart(
    code: str,
    title: str,
    label: str,
    heading: str,
    ticks: Sequence[str],
    named: Sequence[str],
    *series: tuple[Metric[Sums], str, Sequence[Value]],
    urls: Sequence[str] = (),
) -> Chart:
    texts = [
        [printing.text(one, metric.unit) for one in values] for metric, _kind, values in series
    ]
    drawn = {
        "days": list(ticks),
        # The ticks of days leave out the year; those of hours are whole.
        "whole": code == "hours",
        "series": [
            {
                "name": metric.name,
                "kind": kind,
                "unit": metric.unit,
                "values": [printing.number(one, metric.unit) for one in values],
                "texts": told,
            }
            for (metric, kind, values), told in zip(series, texts, strict=True)
        ],
    }
    cells = zip(named, *texts, strict=True)
    rows = list(zip(urls or [""] * len(named), cells, strict=True))
    columns = [heading, *(metric.name for metric, _kind, _values in series)]
    return Chart(code, title, label, json.dumps(drawn), columns, rows)
