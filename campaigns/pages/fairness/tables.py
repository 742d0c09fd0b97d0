"""Funds by the size of who asks, and the period that is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from campaigns.fairness.measuring import Group, Measured
from campaigns.fairness.turning import DAYS
from campaigns.funds.models import Fund
from portal import clock, words
from portal.review.tables import NOT_MEASURED, RateColumn, TimeColumn
from portal.ui.columns import CountColumn, MoneyColumn, NumberColumn
from portal.ui.filters import DayFilter, PortalFilter
from portal.ui.tables import PortalTable

MOST_DAYS = 366
# Words stand among the figures, and the names are longer than those: both wrap.
_WRAPS = {"th": {"class": "text-end text-wrap"}, "td": {"class": "text-end tabular"}}


class Size(Enum):
    """Whom a line is about: the group of a fund, and what it is called."""

    ALL = "all", pgettext_lazy("companies", "All")
    SMALL = "small", pgettext_lazy("companies", "Small")
    LARGE = "large", pgettext_lazy("companies", "Large")

    def of(self, measured: Measured) -> Group:
        group: Group = getattr(measured, self.value[0])
        return group


@dataclass(frozen=True)
class Shown:
    """A line of the panel: a fund, and the companies of one size."""

    measured: Measured
    size: Size

    @property
    def fund(self) -> str:
        return str(self.measured.fund or _("All funds"))

    @property
    def url(self) -> str | None:
        fund = self.measured.fund
        return reverse("campaigns:fund-detail", args=[fund.pk]) if fund else None

    @property
    def called(self) -> str:
        return str(self.size.value[1])

    @property
    def group(self) -> Group:
        return self.size.of(self.measured)

    @property
    def share(self) -> Fraction | None:
        return self.measured.share(self.group)

    @property
    def half(self) -> timedelta | None:
        return self.group.waited(50)

    @property
    def most(self) -> timedelta | None:
        return self.group.waited(90)

    @property
    def gini(self) -> Fraction | None:
        """Of all companies of the fund; a part of them has none of its own."""
        return self.group.gini if self.size is Size.ALL else None

    @property
    def parity(self) -> Fraction | None:
        return self.measured.parity if self.size is Size.ALL else None

    @property
    def warning(self) -> str:
        if self.size is not Size.ALL or not self.measured.is_below:
            return ""
        return _("Below 0.8: small companies are approved less often")


def shown(measured: Sequence[Measured]) -> list[Shown]:
    """Three lines for each."""
    return [Shown(one, size) for one in measured for size in Size]


class _OfAllColumn(NumberColumn):
    """A ratio of all companies, with two decimals; a line of some of them has none. Exported as a
    number with four, and as nothing where it is not measured."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, empty_values=(), attrs=_WRAPS, **kwargs)

    def render(self, value: Fraction | None, record: Shown) -> str:
        if record.size is not Size.ALL:
            return words.NOTHING
        return str(NOT_MEASURED) if value is None else words.decimal(float(value), 2)

    def value(self, value: Fraction | None) -> Decimal | None:
        return None if value is None else round(Decimal(float(value)), 4)


class FairnessTable(PortalTable):
    fund = tables.Column(verbose_name=gettext_lazy("Fund"), linkify=lambda record: record.url)
    called = tables.Column(verbose_name=gettext_lazy("Companies"))
    companies = CountColumn(
        verbose_name=gettext_lazy("How many asked"), accessor="group__companies", attrs=_WRAPS
    )
    drawn_fen = MoneyColumn(
        verbose_name=gettext_lazy("Money set aside"), accessor="group__drawn_fen", attrs=_WRAPS
    )
    share = RateColumn(verbose_name=gettext_lazy("Share of the money"), attrs=_WRAPS)
    gini = _OfAllColumn(verbose_name=gettext_lazy("Gini of the money"))
    in_rounds = CountColumn(
        verbose_name=gettext_lazy("Asked in rounds"), accessor="group__in_rounds", attrs=_WRAPS
    )
    in_full = RateColumn(
        verbose_name=gettext_lazy("Fully funded"), accessor="group__in_full", attrs=_WRAPS
    )
    answered = CountColumn(
        verbose_name=gettext_lazy("Answers"), accessor="group__answered", attrs=_WRAPS
    )
    approval = RateColumn(
        verbose_name=gettext_lazy("Approval rate"), accessor="group__approval", attrs=_WRAPS
    )
    half = TimeColumn(verbose_name=gettext_lazy("Time to decision, p50 (hours)"), attrs=_WRAPS)
    most = TimeColumn(verbose_name=gettext_lazy("Time to decision, p90 (hours)"), attrs=_WRAPS)
    parity = _OfAllColumn(verbose_name=gettext_lazy("Small ÷ large"))
    warning = tables.Column(verbose_name=gettext_lazy("Warning"))

    page_size = 100
    empty_title = gettext_lazy("Nothing to show")
    empty_text = gettext_lazy("Choose days that can be read.")
    empty_icon = "scale"

    class Meta(PortalTable.Meta):
        orderable = False
        fields = (
            "fund", "called", "companies", "drawn_fen", "share", "gini", "in_rounds", "in_full",
            "answered", "approval", "half", "most", "parity", "warning",
        )  # fmt: skip

    def render_warning(self, value: str) -> SafeString | str:
        return format_html('<span class="badge bg-red-lt">{}</span>', value) if value else ""

    def value_warning(self, value: str) -> str:
        return value


class PeriodFilter(PortalFilter):
    """The days that the panel is about: by default the last DAYS."""

    first_on = DayFilter(label=gettext_lazy("First day"), method="as_it_is")
    last_on = DayFilter(label=gettext_lazy("Last day"), method="as_it_is")

    class Meta:
        model = Fund
        fields: list[str] = []

    def as_it_is(self, rows: QuerySet[Fund], name: str, value: date) -> QuerySet[Fund]:
        """The days say what is measured, not which fund is shown."""
        return rows

    @property
    def period(self) -> tuple[date, date] | None:
        """First and last day; None when they cannot be read, or are none."""
        if self.mistakes:
            return None
        last_on: date = self.form.cleaned_data.get("last_on") or clock.today()
        first_on = self.form.cleaned_data.get("first_on") or last_on - timedelta(days=DAYS - 1)
        is_one = first_on <= last_on < first_on + timedelta(days=MOST_DAYS)
        return (first_on, last_on) if is_one else None


def asked(data: QueryDict) -> QueryDict:
    """What the address asks, with the days that are meant when it names none."""
    told, today = data.copy(), clock.today()
    told.setdefault("first_on", (today - timedelta(days=DAYS - 1)).isoformat())
    told.setdefault("last_on", today.isoformat())
    return told
