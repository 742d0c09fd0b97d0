"""What the chart of a report draws: as JSON, each value also as people read it."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from campaigns.boosts.models import Boost
from portal import words
from reports.answers import maturity_words
from reports.answers.answer import Report
from reports.answers.question import By, Question
from reports.answers.untold import Place, untold
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Expected, Sums


def chart(report: Report) -> str:
    """GMV and orders by day, days that have no numbers as null; where boosts cost anything, what
    they cost, which is known of days without numbers as well; while windows run a dashed line of
    the orders that are expected, beside those that are counted.

    Where a day is an estimate the bounds of each value come along, drawn as a band.
    """
    blank, days = set(report.coverage.blank), report.question.days
    sums = [
        None if day in blank else report.days.get(day) or report.facts.of_day(day) for day in days
    ]
    shown = ((metrics.GMV, "bar"), (metrics.ORDERS, "line"))
    of_row = report.facts.of_row
    counted = [
        _series(
            metric,
            kind,
            [(of_row(metric, By.DAY, on), of_day) for on, of_day in zip(days, sums, strict=True)],
        )
        for metric, kind in shown
    ]
    series = [*counted, *_spent(report), *_expected(report, blank)]
    return json.dumps({"days": [day.isoformat() for day in days], "series": series})


def _series(
    metric: Metric[Sums], kind: str, days: Sequence[tuple[Metric[Sums], Sums | None]]
) -> dict[str, Any]:
    """A line or bars: of each day the metric as it is then, which may be not connected."""
    series: dict[str, Any] = {
        "name": metric.name,
        "kind": kind,
        "unit": metric.unit,
        "values": [printing.number(of_day.of(sums), metric.unit) for of_day, sums in days],
        "texts": [
            words.NOTHING if sums is None else printing.told(of_day, sums) for of_day, sums in days
        ],
    }
    if any(of_day.estimate(sums) for of_day, sums in days):
        series |= {"lows": [], "highs": []}
        for of_day, sums in days:
            low, high = _bounds(of_day, sums)
            series["lows"].append(low)
            series["highs"].append(high)
    return series


def _bounds(metric: Metric[Sums], sums: Sums | None) -> tuple[float | None, float | None]:
    """The bounds of a day; of one on which everything came both are the value itself, and one
    without bounds has no band."""
    found, unit = metric.estimate(sums), metric.unit
    if found is None:
        value = printing.number(metric.of(sums), unit)
        return value, value
    low, high = printing.bounds(found, unit)
    return printing.number(low, unit), printing.number(high, unit)


def _spent(report: Report) -> list[dict[str, Any]]:
    """What boosts cost, on the axis of the GMV and in a colour of its own; nothing without any. A
    day is null while an hour of it is not told; as of a moment it is what had been told by then."""
    spending, metric = report.facts.spending, metrics.SPEND
    if not spending.has_boosts:
        return []
    open_days = {on for on, _hour in _untold(report.question)}
    fen = [
        None if day in open_days else metric.of(spending.copy(day)) for day in report.question.days
    ]
    return [
        {
            "name": metric.name,
            "kind": "bar",
            "unit": metric.unit,
            "axis": 0,
            "values": [printing.number(one, metric.unit) for one in fen],
            "texts": [printing.text(one, metric.unit) for one in fen],
        }
    ]


def _untold(question: Question) -> set[Place]:
    if question.as_of is not None:
        return set()
    boosts = Boost.objects.filter(merchant=question.merchant)
    if question.campaign is not None:
        boosts = boosts.filter(campaign=question.campaign)
    return untold(boosts, question.first_on, question.last_on)


def _expected(report: Report, blank: set[date]) -> list[dict[str, Any]]:
    """The line of what is expected, on the axis of the orders; none where nothing is."""
    by_day = report.maturity.by_day
    days = [
        Expected() if day in blank else by_day.get(day, Expected()) for day in report.question.days
    ]
    if not any(one.orders is not None for one in days):
        return []
    metric = metrics.EXPECTED_ORDERS
    return [
        {
            "name": metric.name,
            "kind": "line",
            "unit": metric.unit,
            "beside": 1,
            "values": [one.orders for one in days],
            "texts": [maturity_words.orders(one) for one in days],
            "lows": [one.low for one in days],
            "highs": [one.high for one in days],
        }
    ]
