"""What changed of a merchant's finished days since they were shown, and why."""

from datetime import date
from fractions import Fraction
from typing import Any

import django_tables2 as tables
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal import clock, words
from portal.accounts.access import PortalRequest
from portal.ui import formats
from portal.ui.columns import InstantColumn, two_lines
from portal.ui.pages import Head
from portal.ui.tables import PortalTable
from portal.ui.views import table_page
from reports.answers.question import Question
from reports.answers.withholding import Withholding, withholding
from reports.attribution.restatements import Restatement
from reports.metrics import printing
from reports.metrics.registry import Unit
from reports.sources.accuracy import NOT_ACCURACY
from reports.sources.owed import owed_to


class ChangedColumn(tables.Column):
    """One of the headline numbers: the new one, and the old one below where it differs."""

    def __init__(self, name: str, unit: Unit, **kwargs: Any) -> None:
        super().__init__(empty_values=(), orderable=False, **kwargs)
        self._name, self._unit = name, unit

    def render(self, record: Restatement, table: "ChangesTable") -> SafeString | str:
        if table.is_withheld(record):
            return words.NOTHING
        old, new = (
            printing.text(numbers[self._name], self._unit) for numbers in (record.old, record.new)
        )
        if old == new:
            return new
        said = {"number": old, "difference": self._difference(record)}
        return two_lines(new, _("before: %(number)s, difference %(difference)s") % said)

    def value(self, record: Restatement, table: "ChangesTable") -> str:
        if table.is_withheld(record):
            return ""
        old, new = (
            printing.plain(numbers[self._name], self._unit) for numbers in (record.old, record.new)
        )
        by = record.new[self._name] - record.old[self._name]
        return f"{old} > {new} ({'+' if by > 0 else ''}{printing.plain(by, self._unit)})"

    def _difference(self, record: Restatement) -> str:
        """By how much it changed, with its sign."""
        by = record.new[self._name] - record.old[self._name]
        return f"{'+' if by > 0 else ''}{printing.text(by, self._unit)}"


class RestatedDayColumn(tables.Column):
    """The day and, where its numbers are estimates, from how large a sample."""

    def render(self, value: date, record: Restatement) -> SafeString:
        shown = formats.day(value)
        if not record.ratios:
            return shown
        sample = printing.sample(Fraction(ratio) for ratio in record.ratios)
        said = _("estimates, %(sample)s sample") % {"sample": sample}
        return two_lines(shown, f"{said}. {NOT_ACCURACY}")

    def value(self, value: date) -> str:
        return value.isoformat()


class ChangesTable(PortalTable):
    """Restatements, the newest first."""

    on = RestatedDayColumn(verbose_name=gettext_lazy("Day"), orderable=False)
    at = InstantColumn(verbose_name=gettext_lazy("Changed"))
    reason = tables.Column(verbose_name=gettext_lazy("Reason"), orderable=False)
    credited_micro = ChangedColumn(
        "credited_micro", Unit.MICRO, verbose_name=gettext_lazy("Credited orders")
    )
    credited_fen = ChangedColumn(
        "credited_fen", Unit.FEN, verbose_name=gettext_lazy("Credited net GMV")
    )
    orders = ChangedColumn("orders", Unit.COUNT, verbose_name=gettext_lazy("All orders"))
    orders_fen = ChangedColumn(
        "orders_fen", Unit.FEN, verbose_name=gettext_lazy("Net GMV of all orders")
    )
    touches = ChangedColumn("touches", Unit.COUNT, verbose_name=gettext_lazy("Touches of notes"))

    empty_title = gettext_lazy("Nothing changed")
    empty_text = gettext_lazy("A finished day whose numbers change is written down here.")
    empty_icon = "history"

    indexed = ("at",)

    class Meta(PortalTable.Meta):
        model = Restatement
        fields = (
            "on", "at", "reason", "credited_micro", "credited_fen", "orders", "orders_fen",
            "touches",
        )  # fmt: skip
        order_by = "-at"

    def is_withheld(self, change: Restatement) -> bool:
        """Whether numbers of its day are withheld, as the report leaves that day empty."""
        return self._withheld(change.merchant).of_orders(change.on)

    def _withheld(self, merchant: Merchant) -> Withholding:
        if self._known is None:
            today = clock.today()
            question = Question(merchant, today, today)
            self._known = withholding(question, owed_to(merchant), as_of=clock.now())
        return self._known

    _known: Withholding | None = None


@merchant_page("report.view")
def report_changes(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    """The restatements of a merchant, under the model and window that reports begin with."""
    head = Head(
        _("What changed since"),
        above=merchant.name,
        back=reverse("reports:report-detail", args=[merchant.code]),
        lead=_("Last touch, %(window)s: days that were over when they were shown.")
        % {"window": words.days(15)},
    )
    return table_page(request, ChangesTable, merchant.restatements.with_reasons(), head=head)
