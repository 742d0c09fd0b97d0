"""What the chart of a report draws: as JSON, each value also as people read it."""

import json
from datetime import date
from typing import Any

from portal import words
from reports.answers import maturity_words
from reports.answers.answer import Report
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.sums import Expected, Sums


def chart(report: Report) -> str:
    """GMV and orders by day, days that have no numbers as null; while windows run a dashed line of
    the orders that are expected, beside those that are counted."""
    blank = set(report.coverage.blank)
    days = [
        (day, None if day in blank else report.days.get(day, Sums()))
        for day in report.question.days
    ]
    shown = (report.metric(metrics.GMV), report.metric(metrics.ORDERS))
    counted = [
        {
            "name": metric.name,
            "kind": kind,
            "unit": metric.unit,
            "values": [printing.number(metric.of(sums), metric.unit) for _day, sums in days],
            "texts": [
                words.NOTHING if sums is None else printing.told(metric, sums)
                for _day, sums in days
            ],
        }
        for metric, kind in zip(shown, ("bar", "line"), strict=True)
    ]
    series = [*counted, *_expected(report, blank)]
    return json.dumps({"days": [day.isoformat() for day, _sums in days], "series": series})


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
        }
    ]
