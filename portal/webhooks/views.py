"""Endpoints of partners, their keys, what they are told and how often it was tried."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal import clock
from portal.accounts import history, versions
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.editing import carry
from portal.ui.forms import button, form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page
from portal.webhooks import outbox, verbs
from portal.webhooks.forms import AddressForm, EndpointForm, OffForm, RotateForm, SignForm
from portal.webhooks.models import Endpoint, Message
from portal.webhooks.tables import EndpointTable, MessageFilter, MessageTable

MANAGE = "endpoint.manage"
# The newest tries of a message; each has its number.
MOST_TRIES = 50


@platform_page(MANAGE)
def endpoint_list(request: PortalRequest) -> HttpResponseBase:
    new = Link(_("New endpoint"), reverse("webhooks:endpoint-new"), needs=MANAGE)
    lead = _("Partners who are told something, such as the ad server of a boost’s every state.")
    head = Head(_("Partners’ endpoints"), above=_("Platform"), lead=lead, links=[new])
    rows = Endpoint.objects.for_list()
    return table_page(request, EndpointTable, rows, head=head, export_name="endpoints")


@platform_page(MANAGE)
def endpoint_new(request: PortalRequest) -> HttpResponseBase:
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            endpoint = verbs.open_endpoint(**form.cleaned_data, by=request.user)
            messages.success(request, _("Added. It is on once another admin has signed it."))
            return redirect(endpoint)
    back = reverse("webhooks:endpoint-list")
    head = Head(_("New endpoint"), above=_("Partners’ endpoints"), back=back)
    return form_page(request, form, head=head, cancel_url=back)


@platform_page(MANAGE)
def endpoint_detail(request: PortalRequest, pk: int) -> HttpResponseBase:
    endpoint = _found(pk)
    context = {
        "endpoint": endpoint,
        "waiting": endpoint.messages.waiting().count(),
        "history": history.of(endpoint),
        "do_old_hold": endpoint.old_hold(clock.now()),
    }
    return table_page(
        request,
        MessageTable,
        endpoint.messages.order_by("-pk").defer("body"),
        MessageFilter,
        export_name=f"messages-{endpoint.code}",
        template="webhooks/endpoint_detail.html",
        context=context,
    )


@platform_page(MANAGE)
def endpoint_edit(request: PortalRequest, pk: int) -> HttpResponseBase:
    endpoint = _found(pk)
    shown = versions.shown(endpoint, "asked_url", "url")
    initial = {"version": shown["version"], "url": shown["asked_url"] or shown["url"]}
    form = AddressForm(request.POST or None, initial=initial)
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.readdress(endpoint, **form.cleaned_data, by=request.user)
            messages.success(request, _("Saved. It holds once another admin has signed it."))
            return redirect(endpoint)
    return form_page(
        request,
        form,
        head=Head(_("Another address"), above=str(endpoint)),
        cancel_url=endpoint.get_absolute_url(),
        hint=_("Until another admin has signed it, messages go where they went."),
    )


@platform_page(MANAGE)
def endpoint_sign(request: PortalRequest, pk: int) -> HttpResponseBase:
    endpoint = _found(pk)
    form = SignForm(request.POST or None, initial=versions.shown(endpoint, "asked_url", "url"))
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.sign(endpoint, **form.cleaned_data, by=request.user)
            messages.success(request, _("Signed. Messages go to this address from now on."))
            return redirect(endpoint)
    asked = {"address": endpoint.asked_url or endpoint.url}
    return form_page(
        request,
        form,
        head=Head(_("Sign the address"), above=str(endpoint)),
        submit=_("Sign"),
        cancel_url=endpoint.get_absolute_url(),
        hint=_("The portal will call %(address)s: is it the partner’s?") % asked,
    )


@platform_page(MANAGE)
def endpoint_off(request: PortalRequest, pk: int) -> HttpResponseBase:
    endpoint = _found(pk)
    form = OffForm(request.POST or None, initial=versions.shown(endpoint))
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.switch_off(endpoint, **form.cleaned_data, by=request.user)
            messages.success(request, _("Off. What is announced waits until it is on again."))
            return redirect(endpoint)
    return form_page(
        request,
        form,
        head=Head(_("Switch the endpoint off"), above=str(endpoint)),
        submit=_("Switch off"),
        cancel_url=endpoint.get_absolute_url(),
        hint=_("Nothing is sent any more. What the partner sends us is still taken."),
    )


@platform_page(MANAGE)
def endpoint_rotate(request: PortalRequest, pk: int) -> HttpResponseBase:
    endpoint = _found(pk)
    form = RotateForm(request.POST or None, initial=versions.shown(endpoint))
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.rotate(endpoint, **form.cleaned_data, by=request.user)
            messages.success(request, _("Changed. Hand the new keys to the partner."))
            return redirect(endpoint)
    return form_page(
        request,
        form,
        head=Head(_("Change the keys"), above=str(endpoint)),
        submit=_("Change the keys"),
        cancel_url=endpoint.get_absolute_url(),
        hint=_("The partner needs the new ones: he signs with one, and knows us by the other."),
    )


@require_POST
@platform_page(MANAGE)
@never_cache
def endpoint_keys(request: PortalRequest, pk: int) -> HttpResponse:
    """The keys, for whoever hands them over; that he read them stands in the log."""
    endpoint = _found(pk)
    keys = verbs.show_keys(endpoint, by=request.user)
    return render(request, "webhooks/endpoint_keys.html", {"endpoint": endpoint, "keys": keys})


@platform_page(MANAGE)
def message_detail(request: PortalRequest, pk: int) -> HttpResponse:
    message = _message(pk)
    context = {
        "message": message,
        "tries": message.tries.order_by("-number")[:MOST_TRIES],
        "confirmation": outbox.confirmed(message.subject),
        "history": history.of(message),
    }
    return render(request, "webhooks/message_detail.html", context)


def _found(pk: int) -> Endpoint:
    return get_object_or_404(Endpoint.objects.select_related("asked_by"), pk=pk)


def _message(pk: int) -> Message:
    return get_object_or_404(Message.objects.select_related("endpoint"), pk=pk)


endpoint_on = button(
    platform_page(MANAGE),
    _found,
    verbs.switch_on,
    done=lambda endpoint: _("On. All that waits is sent now."),
)
message_replay = button(
    platform_page(MANAGE),
    _message,
    verbs.replay,
    done=lambda message: _("It is sent now, under the same id."),
)
