"""Which days of a report are computed, which are out of date, and which are missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import QuerySet

from reports.answers.question import Question
from reports.attribution.models import ReportDay, Run


@dataclass(frozen=True)
class Coverage:
    """The days asked for against the current report days of the merchant.

    A gap is a day without a current report day: not computed, never zero. A stale day is computed,
    but events arrived since that it does not contain.
    """

    asked: list[date]
    report_days: list[ReportDay]
    computed_until: date | None

    @property
    def report_day_pks(self) -> list[int]:
        return [day.pk for day in self.report_days]

    @cached_property
    def gaps(self) -> list[date]:
        computed = {day.on for day in self.report_days}
        return [day for day in self.asked if day not in computed]

    @cached_property
    def stale(self) -> list[date]:
        return [day.on for day in self.report_days if day.stale_at]

    @property
    def is_whole(self) -> bool:
        return not self.gaps and not self.stale

    @property
    def computed_at(self) -> datetime | None:
        """When the newest of the days shown was published."""
        return max((day.published_at for day in self.report_days), default=None)

    @cached_property
    def runs(self) -> list[Run]:
        """The runs whose facts are shown, newest first."""
        runs = {day.run_id: day.run for day in self.report_days}
        return [runs[pk] for pk in sorted(runs, reverse=True)]


def coverage(question: Question) -> Coverage:
    """The coverage of `question`, in two queries."""
    current = ReportDay.objects.current().filter(merchant=question.merchant)
    newest = current.order_by("-on").values_list("on", flat=True).first()
    days = list(report_days(question).select_related("run"))
    return Coverage(question.days, days, computed_until=newest)


def report_days(question: Question) -> QuerySet[ReportDay]:
    """The current report days that `question` asks for, by date; those not computed are missing."""
    current = ReportDay.objects.current().filter(merchant=question.merchant)
    return current.filter(on__range=(question.first_on, question.last_on)).order_by("on")


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """Sorted days as spans of consecutive ones: 1, 2, 3, 7 is (1, 3), (7, 7)."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
