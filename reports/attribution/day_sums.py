"""What report days add up to, kept beside their facts: hundreds of rows instead of thousands.

A question that asks neither for notes nor for listings is answered by these sums alone. They belong
to their report day like its facts, so they are made with it and never changed.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from reports.attribution.models import ReportDay

_STATEMENTS = [
    (Path(__file__).parent / "postgres" / name).read_text(encoding="utf-8")
    for name in ("credit_sums.sql", "touch_sums.sql")
]


def add(report_days: Sequence[ReportDay]) -> None:
    """Sum up the facts of `report_days`, which have no sums yet.

    Call it in the transaction that adds the facts.
    """
    if not report_days:
        return
    days = [report_day.on for report_day in report_days]
    asked: dict[str, Any] = {
        "report_days": [report_day.pk for report_day in report_days],
        "first_on": min(days),
        "last_on": max(days),
    }
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, asked)
