"""The fairness panel: who gets the money of funds, in days that one chooses."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from campaigns.fairness.measuring import measure
from campaigns.fairness.models import Parity
from campaigns.funds.models import Fund
from campaigns.pages.fairness import tables
from campaigns.pages.fairness.tables import FairnessTable, PeriodFilter
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.pages import Head
from portal.ui.views import table_page


@platform_page("fund.manage")
def fairness_list(request: PortalRequest) -> HttpResponseBase:
    chosen = PeriodFilter(tables.asked(request.GET), Fund.objects.none(), request=request)
    period = chosen.period
    said = _("Who gets the money of funds, by size.")
    return table_page(
        request,
        FairnessTable,
        tables.shown(measure(*period)) if period else [],
        head=Head(_("Fairness of funds"), above=_("Platform"), lead=said),
        export_name="fairness" if period is None else f"fairness-{period[0]}-{period[1]}",
        template="campaigns/fairness_list.html",
        context={
            "filterset": chosen,
            "narrowed_by": chosen.asked,
            "is_filtered": chosen.is_narrowed,
            "below": Parity.objects.filter(is_below=True).select_related("fund"),
        },
    )
