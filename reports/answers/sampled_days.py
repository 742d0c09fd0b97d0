"""Which of the days that are read were sampled, and under which ratios."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import DecimalField, ExpressionWrapper, F, Value
from django.db.models.functions import Coalesce

from reports.attribution.models import ReportDay
from reports.metrics.sampled import Number, nothing_of
from reports.metrics.sums import Orders, Sums

# Tables of facts, as a report day names them.
CREDIT, CONVERSION, TOUCH = "credit", "conversion", "touch"
# By what facts of sampled days stand apart.
COLUMNS = ("user_group", "sampling_ratio")


class Sampling:
    """The ratios of the report days that are read; full days have none."""

    def __init__(self, report_days: Iterable[ReportDay]) -> None:
        self._sampled = [day for day in report_days if day.samples]

    @property
    def is_any(self) -> bool:
        """Whether a number of these days may be an estimate."""
        return bool(self._sampled)

    @property
    def columns(self) -> tuple[str, ...]:
        """What facts are summed by, beside what is asked for."""
        return COLUMNS if self.is_any else ()

    @cached_property
    def ratios(self) -> list[Fraction]:
        """Those of all days, the least first."""
        return sorted({*self._of(CREDIT), *self._of(CONVERSION), *self._of(TOUCH)})

    def scaled(self, column: str) -> Any:
        """A column of facts as what is estimated from it, for an order."""
        if not self.is_any:
            return F(column)
        ratio = Coalesce(F("sampling_ratio"), Value(Decimal(1)))
        return ExpressionWrapper(F(column) / ratio, output_field=DecimalField())

    def days(self, ratio: Fraction) -> list[date]:
        """The days of which something was sampled so."""
        return [
            day.on
            for day in self._sampled
            if any(ratio == Fraction(one) for ratios in day.samples.values() for one in ratios)
        ]

    def sums(self, on: date | None = None) -> Sums:
        """Sums without facts: of all days, or of `on` alone."""
        return Sums.empty(touched=self._nothing(TOUCH, on), credited=self._nothing(CREDIT, on))

    def orders(self) -> Orders:
        """Orders without facts."""
        return Orders.empty(self._nothing(CONVERSION))

    def _nothing(self, table: str, on: date | None = None) -> Number:
        return nothing_of(self._of(table, on)) if self._sampled else 0

    def _of(self, table: str, on: date | None = None) -> set[Fraction]:
        return {
            Fraction(ratio)
            for day in self._sampled
            if on in (None, day.on)
            for ratio in day.samples.get(table, ())
        }


def of_sample(row: Mapping[str, Any]) -> tuple[int | None, Decimal | None]:
    """Group of users and ratio of summed facts; None of what is not of a sample."""
    return row.get("user_group"), row.get("sampling_ratio")
