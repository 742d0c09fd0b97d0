"""Reconciliation: whether the books agree, since when they do not, and a proof on demand."""

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.pages.reconciliation.tables import DiscrepancyFilter, DiscrepancyTable
from campaigns.reconciling import proving
from campaigns.reconciling.models import Discrepancy, Reconciliation
from portal.accounts.access import PortalRequest, platform_page
from portal.jobs.models import OPEN
from portal.ui.forms import act
from portal.ui.pages import Head
from portal.ui.views import table_page


@platform_page("reconciliation.view")
def reconciliation_list(request: PortalRequest) -> HttpResponseBase:
    asked = Reconciliation.objects.order_by("-pk").select_related("job")
    ended = asked.exclude(job__state__in=OPEN).first()
    lead = _("Once a day everything is read again: ledger, boosts, delivery, states and papers.")
    return table_page(
        request,
        DiscrepancyTable,
        Discrepancy.objects.order_by("-pk"),
        DiscrepancyFilter,
        head=Head(_("Reconciliation"), above=_("Platform"), lead=lead),
        export_name="discrepancies",
        template="campaigns/reconciliation_list.html",
        context={
            "last": asked.filter(found__isnull=False).first(),
            # Whatever was found before says nothing of now.
            "failed": ended if ended and ended.found is None else None,
            "coming": asked.filter(job__state__in=OPEN).first(),
            "open_count": Discrepancy.objects.still_open().count(),
        },
    )


@require_POST
@platform_page("reconciliation.view")
def reconciliation_run(request: PortalRequest) -> HttpResponse:
    return act(
        request,
        lambda: proving.ask(by=request.user),
        done=_("The books are being proven. This page shows what was found."),
        to=reverse("campaigns:reconciliation-list"),
    )
