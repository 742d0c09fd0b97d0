"""What a merchant has assumed, with its dates."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.costs.economics import Assumption
from portal.ui.columns import DayColumn, InstantColumn
from portal.ui.tables import PortalTable


class AssumptionTable(PortalTable):
    what = tables.Column(verbose_name=_("Assumed"))
    share = tables.Column(verbose_name=_("Of the revenue"), empty_values=(), orderable=False)
    from_on = DayColumn(verbose_name=pgettext_lazy("assumption", "From"))
    source = tables.Column(verbose_name=pgettext_lazy("assumption", "Source"))
    recorded_by = tables.Column(verbose_name=_("Recorded by"), accessor="recorded_by__name")
    recorded_at = InstantColumn(verbose_name=_("Recorded at"))

    empty_title = _("Nothing is assumed yet")
    empty_text = _("As long as a share is not said, nothing is computed with it.")
    empty_icon = "calculator"

    class Meta(PortalTable.Meta):
        model = Assumption
        fields = ("what", "share", "from_on", "source", "recorded_by", "recorded_at")

    def render_share(self, record: Assumption) -> str:
        if record.share is None:
            return str(_("Not assumed any more"))
        return record.percent

    def value_share(self, record: Assumption) -> str:
        return "" if record.share is None else record.percent
