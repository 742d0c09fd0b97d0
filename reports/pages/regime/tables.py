"""The regimes of a source."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import words
from portal.ui.columns import DayColumn, small_button
from portal.ui.tables import PortalTable
from reports.sources.regimes import Regime


class ReadRegimeTable(PortalTable):
    """For those who read what is agreed."""

    category = tables.Column(
        verbose_name=gettext_lazy("Category"), order_by="category__code", empty_values=()
    )
    ratio = tables.Column(verbose_name=gettext_lazy("Share of users"))
    valid_from = DayColumn(verbose_name=gettext_lazy("First day"))
    valid_to = DayColumn(verbose_name=gettext_lazy("Last day"), empty_values=())

    empty_title = gettext_lazy("No sampling is agreed")
    empty_text = gettext_lazy(
        "All users are there on every day: numbers are counted, not estimated."
    )
    empty_icon = "users-group"

    class Meta(PortalTable.Meta):
        model = Regime
        fields: tuple[str, ...] = ("category", "ratio", "valid_from", "valid_to")

    def render_category(self, record: Regime) -> str:
        return str(record.category or _("All that have no regime of their own"))

    def render_ratio(self, record: Regime) -> str:
        return words.share(record.ratio)

    def render_valid_to(self, record: Regime) -> str:
        return words.day(record.valid_to) if record.valid_to else _("No end yet")


class RegimeTable(ReadRegimeTable):
    """For those who agree on them."""

    action = tables.Column(
        verbose_name=gettext_lazy("Action"),
        accessor="pk",
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(ReadRegimeTable.Meta):
        fields = (*ReadRegimeTable.Meta.fields, "action")

    def render_action(self, record: Regime) -> SafeString:
        about = self.render_category(record)
        change = reverse("reports:regime-edit", args=[record.pk])
        buttons = small_button(change, _("Change"), about=about)
        if record.valid_to is None:
            end = reverse("reports:regime-close", args=[record.pk])
            buttons = format_html("{} {}", buttons, small_button(end, _("End"), about=about))
        return buttons
