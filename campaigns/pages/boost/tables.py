"""The list of boosts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import django_tables2 as tables
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _said
from django.utils.translation import gettext_lazy as _

from campaigns.boosts import figures
from campaigns.boosts.figures import Figures
from campaigns.boosts.models import Boost
from portal import words
from portal.ui import formats
from portal.ui.columns import DayColumn, MoneyColumn, NumberColumn, StatusColumn, two_lines
from portal.ui.tables import PortalTable

# Words may stand among these figures: those wrap.
_WRAPS = {"th": {"class": "text-end text-wrap"}, "td": {"class": "text-end tabular"}}
NOT_YET = _("not yet known in full")


class FigureColumn(NumberColumn):
    """A number of what was delivered or brought, as `told` says it to people. A page puts what is
    `beside` it below: a cost by its name, in a sentence that takes its `value`. Files have plain
    numbers, and nothing where one is not known."""

    def __init__(
        self,
        what: str,
        told: Callable[[Any], str],
        plain: Callable[[Any], Any] = lambda value: value,
        *,
        beside: tuple[str, Promise] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(accessor="pk", orderable=False, **kwargs)
        self._what, self._told, self._plain, self._beside = what, told, plain, beside

    def render(self, record: Boost, table: "BoostTable") -> str:
        figures = table.figures.get(record.pk)
        if figures is None:
            return words.NOTHING
        found = getattr(figures, self._what)
        if found is None:
            is_awaited = self._what in BROUGHT and not figures.is_in_full
            return str(NOT_YET) if is_awaited else words.NOTHING
        if self._beside is None:
            return self._told(found)
        name, said = self._beside
        cost = getattr(figures, name)
        if cost is None:
            return self._told(found)
        return two_lines(self._told(found), said % {"value": _yuan(cost)})

    def value(self, record: Boost, table: "BoostTable") -> Any:
        figures = table.figures.get(record.pk)
        found = getattr(figures, self._what, None)
        return None if found is None else self._plain(found)


# What is told when all of its days are known, and not before.
BROUGHT = ("reads", "orders", "gmv_fen")


def _yuan(fen: Fraction | int) -> str:
    return words.yuan(round(fen))


def _in_yuan(fen: Fraction | int) -> Decimal:
    return words.in_yuan(round(fen))


def _in_files(what: str, name: Promise) -> FigureColumn:
    """A cost that pages have below what it is of."""
    return FigureColumn(what, _yuan, _in_yuan, verbose_name=name, visible=False)


class BoostTable(PortalTable):
    """Boosts, what they cost and what they brought. What pages say in a second line, files have in
    columns of their own."""

    note = tables.Column(
        verbose_name=_("Note"),
        accessor="note__title",
        linkify=lambda record: record.get_absolute_url(),
    )
    status = StatusColumn(verbose_name=_("Status"))
    objective = tables.Column(verbose_name=_("Objective"), visible=False)
    starts_on = DayColumn(verbose_name=_("First day"))
    ends_on = DayColumn(verbose_name=_("Last day"))
    budget = MoneyColumn(verbose_name=_("Budget"), accessor="budget_fen")
    captured = MoneyColumn(verbose_name=_("Spent"), accessor="captured_fen")
    impressions = FigureColumn(
        "impressions", words.count, verbose_name=_("Impressions"),
        beside=("cpm_fen", _("CPM %(value)s")),
    )  # fmt: skip
    cpm = _in_files("cpm_fen", _("CPM"))
    clicks = FigureColumn(
        "clicks", words.count, verbose_name=_("Clicks"), beside=("cpc_fen", _("CPC %(value)s"))
    )
    cpc = _in_files("cpc_fen", _("CPC"))
    reads = FigureColumn(
        "reads", words.count, verbose_name=_("Reads"), attrs=_WRAPS,
        beside=("cost_per_visit_fen", _("%(value)s per visit")),
    )  # fmt: skip
    cost_per_visit = _in_files("cost_per_visit_fen", _("Cost per credited visit"))
    orders = FigureColumn(
        "orders", words.decimal, verbose_name=_("Credited orders"), attrs=_WRAPS,
        beside=("cost_per_order_fen", _("%(value)s per order")),
    )  # fmt: skip
    cost_per_order = _in_files("cost_per_order_fen", _("Cost per credited order"))
    gmv = FigureColumn("gmv_fen", _yuan, _in_yuan, verbose_name=_("Credited GMV"), attrs=_WRAPS)

    empty_title = _("No boost yet")
    empty_text = _("A boost shows one of your notes to more people, for a budget you set.")
    empty_icon = "rocket"
    in_files = ("objective", "cpm", "cpc", "cost_per_visit", "cost_per_order")

    class Meta(PortalTable.Meta):
        model = Boost
        fields = (
            "note", "status", "objective", "starts_on", "ends_on", "budget", "captured",
            "impressions", "cpm", "clicks", "cpc", "reads", "cost_per_visit", "orders",
            "cost_per_order", "gmv",
        )  # fmt: skip

    figures: Mapping[int, Figures] = {}

    def look_up(self, rows: Sequence[Boost]) -> None:
        self.figures = figures.of(rows)

    def render_note(self, record: Boost, value: str) -> SafeString:
        return two_lines(value, record.get_objective_display())

    def value_note(self, value: str) -> str:
        return value

    def render_starts_on(self, record: Boost, value: date) -> str:
        return formats.day(value) if record.is_dated else _said("With the approval")

    def render_ends_on(self, record: Boost, value: date) -> str:
        if record.is_dated or record.hours is None:
            return formats.day(value)
        return _said("%(time)s later") % {"time": words.duration(timedelta(hours=record.hours))}

    def value_starts_on(self, record: Boost, value: date) -> str:
        return value.isoformat() if record.is_dated else ""

    def value_ends_on(self, record: Boost, value: date) -> str:
        return value.isoformat() if record.is_dated else ""
