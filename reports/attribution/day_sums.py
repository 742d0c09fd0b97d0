"""What report days add up to, kept beside their facts: hundreds of rows instead of thousands.

A question that asks neither for notes nor for listings is answered by these sums alone. They belong
to their report day like its facts, so they are made with it and never changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from reports.attribution.fact import Fact
from reports.attribution.models import (
    CreditFact,
    CreditSum,
    ReportDay,
    ReportDayQuerySet,
    TouchFact,
    TouchSum,
)
from reports.attribution.statements import statement

DAYS_AT_ONCE = 1000


@dataclass(frozen=True)
class _Kind:
    """Facts, their sums, and the statement that makes these of those."""

    facts: type[Fact]
    sums: type[Fact]
    statement: str

    def missing(self, report_days: ReportDayQuerySet) -> ReportDayQuerySet:
        """Those that have facts and no sums."""
        of_day = {"on": OuterRef("on"), "report_day_id": OuterRef("pk")}
        return report_days.filter(
            Exists(self.facts._default_manager.filter(**of_day)),
            ~Exists(self.sums._default_manager.filter(**of_day)),
        )

    def add(self, report_days: Sequence[ReportDay]) -> None:
        """Sum up the facts of `report_days`, which are some and have no sums of this kind."""
        days = [report_day.on for report_day in report_days]
        asked: dict[str, Any] = {
            "report_days": [report_day.pk for report_day in report_days],
            "first_on": min(days),
            "last_on": max(days),
        }
        with connection.cursor() as cursor:
            # Of days that came since PostgreSQL counted last it expects no facts, and then it would
            # look each of them up in all that they are joined with.
            cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute(self.statement, asked)
            cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")


_KINDS = (
    _Kind(CreditFact, CreditSum, statement("credit_sums")),
    _Kind(TouchFact, TouchSum, statement("touch_sums")),
)


def add(report_days: Sequence[ReportDay]) -> None:
    """Sum up the facts of `report_days`, which have no sums yet.

    Call it in the transaction that adds the facts.
    """
    if report_days:
        for kind in _KINDS:
            kind.add(report_days)


def fill(report_days: ReportDayQuerySet) -> int:
    """Add the sums that are missing of `report_days`; of how many there were any.

    A worker of the version before sums publishes days without them, until it is stopped. Doing it
    again changes nothing.
    """
    filled = set()
    for kind in _KINDS:
        if not kind.missing(report_days).exists():
            continue
        with transaction.atomic():
            # Nobody else fills or publishes meanwhile: sums are added once.
            ReportDay.objects.take_turn()
            found = list(kind.missing(report_days).order_by("on"))
            for first in range(0, len(found), DAYS_AT_ONCE):
                kind.add(found[first : first + DAYS_AT_ONCE])
        filled |= {report_day.pk for report_day in found}
    return len(filled)
