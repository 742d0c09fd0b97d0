"""The list of suspended data, and its filter."""

import django_filters
import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_tables2.utils import A

from portal.ui import formats
from portal.ui.columns import DayColumn, InstantColumn
from portal.ui.filters import PortalFilter
from portal.ui.tables import PortalTable
from reports.sources.models import SourceKind
from reports.sources.suspensions import DataSuspension


class SuspensionTable(PortalTable):
    source = tables.Column(
        linkify=("reports:suspension-detail", [A("pk")]),
        verbose_name=_("Source"),
        order_by="source__code",
    )
    about = tables.Column(verbose_name=_("Category"), orderable=False)
    first_on = DayColumn(verbose_name=_("First day"))
    last_on = DayColumn(verbose_name=_("Last day"))
    state = tables.Column(verbose_name=_("Status"), orderable=False)
    suspended_by = tables.Column(verbose_name=_("Suspended by"), order_by="suspended_by__name")
    suspended_at = InstantColumn(verbose_name=_("Suspended"))

    empty_title = _("No data are suspended")
    empty_text = _("Where data of a source are missing or wrong, an admin suspends their days.")
    empty_icon = "eye-off"

    class Meta(PortalTable.Meta):
        model = DataSuspension
        fields = (
            "source", "about", "first_on", "last_on", "state", "suspended_by", "suspended_at",
        )  # fmt: skip

    def render_state(self, record: DataSuspension) -> SafeString:
        return formats.badge(record.state.colour, record.state.label)

    def value_state(self, record: DataSuspension) -> str:
        return str(record.state.label)


class SuspensionFilter(PortalFilter):
    kind = django_filters.ChoiceFilter(
        field_name="source__kind",
        choices=SourceKind.choices,
        label=pgettext_lazy("source", "Kind"),
    )
