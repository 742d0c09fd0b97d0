"""Suspended data: the platform suspends, ends and lifts; whom it concerns reads why."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from portal.accounts import history, versions
from portal.accounts.access import PortalRequest, person_page, platform_page
from portal.ui.editing import carry
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head
from portal.ui.views import table_page
from reports.pages.suspension.forms import LiftForm, SuspensionEndForm, SuspensionForm
from reports.pages.suspension.tables import SuspensionFilter, SuspensionTable
from reports.sources import concerned, suspending
from reports.sources.models import Source
from reports.sources.suspensions import DataSuspension


@platform_page("source.view")
def suspension_list(request: PortalRequest) -> HttpResponseBase:
    head = Head(
        _("Suspended data"),
        above=_("Sources"),
        back=reverse("reports:source-list"),
        lead=_("Reports leave these days empty, and say why. It is done on the page of a source."),
    )
    rows = DataSuspension.objects.for_list()
    return table_page(
        request, SuspensionTable, rows, SuspensionFilter, head=head, export_name="suspensions"
    )


@platform_page("source.suspend")
def suspension_new(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The first time it is sent, whom it will concern is shown; it is made the second time."""
    source = get_object_or_404(Source, pk=pk)
    form = SuspensionForm(request.POST or None)
    impact = None
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            suspending.require_days(form.cleaned_data["first_on"], form.cleaned_data["last_on"])
            impact = concerned.impact_of(source, **form.asked())
            if form.has_seen(impact):
                suspension = suspending.suspend(
                    source, **form.asked(), reason=form.cleaned_data["reason"], by=request.user
                )
                messages.success(request, _("Suspended. The merchants concerned are told."))
                return redirect(suspension)
    return form_page(
        request,
        form,
        head=Head(_("Suspend data"), above=source.name),
        submit=_("Suspend these data") if impact else _("Show whom it concerns"),
        cancel_url=reverse("reports:source-detail", args=[source.pk]),
        hint=_(
            "Reports of the merchants concerned leave these days empty. Nothing is deleted: once"
            " it is lifted every number is back."
        ),
        template="reports/suspension_new.html",
        context={"impact": impact},
    )


@person_page
def suspension_detail(request: PortalRequest, pk: int) -> HttpResponseBase:
    rows = DataSuspension.objects.visible_to(request.user)
    suspension = get_object_or_404(
        rows.select_related("source", "category", "suspended_by", "lifted_by"), pk=pk
    )
    is_platform = "source.view" in request.may
    own = Merchant.objects.visible_to(request.user).filter(stores__suspensions__suspension=pk)
    context = {
        "suspension": suspension,
        "is_platform": is_platform,
        # Who acted, and on how many, is for the platform.
        "history": history.of(suspension) if is_platform else [],
        "merchants": [] if is_platform else own.distinct().order_by("pk"),
        "concerned": suspension.teams().count() if is_platform else None,
    }
    return render(request, "reports/suspension_detail.html", context)


@platform_page("source.suspend")
def suspension_edit(request: PortalRequest, pk: int) -> HttpResponseBase:
    suspension = _found(pk)
    shown = versions.shown(suspension, "last_on")
    form = SuspensionEndForm(request.POST or None, initial=shown)
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            suspending.change_end(suspension, **form.cleaned_data, by=request.user)
            messages.success(request, _("Saved. Reports show other days empty from now on."))
            return redirect(suspension)
    return form_page(
        request,
        form,
        head=Head(_("Change the last day"), above=str(suspension)),
        cancel_url=suspension.get_absolute_url(),
        hint=_("Days behind the last one have numbers again; days before it lose them."),
    )


@platform_page("source.suspend")
def suspension_lift(request: PortalRequest, pk: int) -> HttpResponseBase:
    suspension = _found(pk)
    form = LiftForm(request.POST or None, initial=versions.shown(suspension))
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            suspending.lift(suspension, **form.cleaned_data, by=request.user)
            messages.success(request, _("Lifted. Reports show all its days again."))
            return redirect(suspension)
    return form_page(
        request,
        form,
        head=Head(_("Lift the suspension"), above=str(suspension)),
        submit=_("Lift"),
        cancel_url=suspension.get_absolute_url(),
        hint=_(
            "All its days have numbers again, as if it had never been. Where the data of these"
            " days stay unreliable, change the last day instead."
        ),
    )


def _found(pk: int) -> DataSuspension:
    return get_object_or_404(DataSuspension.objects.select_related("source", "category"), pk=pk)
