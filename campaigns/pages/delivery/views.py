"""Ad servers, what they sent, and what of it was neither paid nor counted."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.delivery import servers
from campaigns.delivery.models import AdServer, DeliveryHour, QuarantinedDelivery
from campaigns.pages.delivery.forms import AdServerForm, NewAdServerForm
from campaigns.pages.delivery.tables import (
    AdServerTable,
    ApartTable,
    MessageTable,
    RefusedFilter,
    RefusedTable,
)
from portal.accounts import versions
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.editing import carry
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page

MANAGE = "adserver.manage"


@platform_page(MANAGE)
def ad_server_list(request: PortalRequest) -> HttpResponseBase:
    links = [
        Link(_("Refused spend"), reverse("campaigns:refused-list"), "receipt-off", is_main=False),
        Link(_("Kept apart"), reverse("campaigns:apart-list"), "filter-off", is_main=False),
        Link(_("New ad server"), reverse("campaigns:ad-server-new"), needs=MANAGE),
    ]
    lead = _("Who shows boosted notes, is told of them, and says what that costs.")
    return table_page(
        request,
        AdServerTable,
        AdServer.objects.select_related("endpoint").order_by("pk"),
        head=Head(_("Ad servers"), above=_("Platform"), lead=lead, links=links),
        export_name="ad-servers",
    )


@platform_page(MANAGE)
def ad_server_new(request: PortalRequest) -> HttpResponseBase:
    form = NewAdServerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            servers.create(**form.cleaned_data, by=request.user)
            messages.success(request, _("Added. Hand it the keys of its endpoint."))
            _warn_where_none_is_on(request)
            return redirect("campaigns:ad-server-list")
    back = reverse("campaigns:ad-server-list")
    head = Head(_("New ad server"), above=_("Ad servers"), back=back)
    return form_page(request, form, head=head, cancel_url=back)


@platform_page(MANAGE)
def ad_server_edit(request: PortalRequest, pk: int) -> HttpResponseBase:
    server = get_object_or_404(AdServer, pk=pk)
    shown = versions.shown(server, *servers.FACTS)
    form = AdServerForm(request.POST or None, initial=shown)
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            servers.edit(server, **form.cleaned_data, by=request.user)
            messages.success(request, _("Saved."))
            _warn_where_none_is_on(request)
            return redirect("campaigns:ad-server-list")
    back = reverse("campaigns:ad-server-list")
    head = Head(_("Change the ad server"), above=_("Ad servers"), back=back)
    return form_page(request, form, head=head, cancel_url=back)


def _warn_where_none_is_on(request: PortalRequest) -> None:
    if not AdServer.objects.filter(is_active=True).exists():
        said = _("No ad server is switched on now: new boosts wait, and nobody shows them.")
        messages.warning(request, said)


@platform_page(MANAGE)
def message_list(request: PortalRequest, pk: int) -> HttpResponseBase:
    server = get_object_or_404(AdServer, pk=pk)
    back = reverse("campaigns:ad-server-list")
    return table_page(
        request,
        MessageTable,
        server.messages.order_by("-pk").defer("body", "answer"),
        head=Head(str(server), above=_("Ad servers"), back=back, lead=_("What it sent.")),
        export_name=f"deliveries-{server.pk}",
    )


@platform_page(MANAGE)
def refused_list(request: PortalRequest) -> HttpResponseBase:
    back = reverse("campaigns:ad-server-list")
    lead = _("What ad servers said beyond what is paid, hour by hour; nobody is charged for it.")
    return table_page(
        request,
        RefusedTable,
        DeliveryHour.objects.refused()
        .select_related("boost__note", "boost__merchant")
        .defer("boost__note__text"),
        RefusedFilter,
        head=Head(_("Refused spend"), above=_("Ad servers"), back=back, lead=lead),
        export_name="refused-spend",
    )


@platform_page(MANAGE)
def apart_list(request: PortalRequest) -> HttpResponseBase:
    back = reverse("campaigns:ad-server-list")
    lead = _("Rows of ad servers that are not counted until they are sent again, corrected.")
    return table_page(
        request,
        ApartTable,
        QuarantinedDelivery.objects.select_related("message").order_by("-pk"),
        head=Head(_("Kept apart"), above=_("Ad servers"), back=back, lead=lead),
        export_name="deliveries-kept-apart",
    )
