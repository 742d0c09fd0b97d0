"""The list of campaigns."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.campaigns.models import Campaign
from portal.ui.columns import CountColumn, DayColumn, MoneyColumn
from portal.ui.tables import PortalTable


class CampaignTable(PortalTable):
    """Campaigns as `totals.for_list` gives them."""

    name = tables.Column(verbose_name=_("Name"), linkify=lambda record: record.get_absolute_url())
    starts_on = DayColumn(verbose_name=_("First day"))
    ends_on = DayColumn(verbose_name=_("Last day"))
    budget_fen = MoneyColumn(verbose_name=_("Planned budget"))
    captured_fen = MoneyColumn(verbose_name=_("Spent"))
    boosts = CountColumn(verbose_name=_("Boosts"), accessor="boost_count")
    closed_at = DayColumn(verbose_name=pgettext_lazy("campaign", "Closed"))

    empty_title = _("No campaign yet")
    empty_text = _("A campaign, say 618, holds together notes and boosts of one promotion.")
    empty_icon = "calendar-event"

    class Meta(PortalTable.Meta):
        model = Campaign
        fields = (
            "name", "starts_on", "ends_on", "budget_fen", "captured_fen", "boosts", "closed_at",
        )  # fmt: skip
