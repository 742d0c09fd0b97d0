"""Refund periods: the list by category, and the form that sets one."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.catalogue.models import Category
from portal import clock
from portal.accounts import versions
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.editing import carry
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head
from portal.ui.views import table_page
from reports.pages.refund.forms import RefundForm
from reports.pages.refund.tables import ReadRefundTable, RefundTable
from reports.sources import refunding, refunds


@platform_page("source.view")
def refund_list(request: PortalRequest) -> HttpResponseBase:
    head = Head(
        _("Refund periods"),
        above=_("Sources"),
        back=reverse("reports:source-list"),
        lead=_(
            "A day of a merchant is final once the longest period of what his stores sell is over."
            " A category without a period of its own has that of the category it lies in, else"
            " %(days)s days."
        )
        % {"days": refunds.REFUND_DAYS},
    )
    return table_page(
        request,
        RefundTable if "source.manage" in request.may else ReadRefundTable,
        refunds.ruled(),
        head=head,
        export_name="refund-periods",
    )


@platform_page("source.manage")
def refund_edit(request: PortalRequest, pk: int) -> HttpResponseBase:
    category = get_object_or_404(Category, pk=pk)
    # The version is read first: a period that is newer than it is shown again, an older one never.
    version = versions.of(category)
    days = refunds.days_of(category, refunds.RefundPeriod.objects.ruling(clock.now()))
    own = refunds.RefundPeriod.objects.filter(category=category).newest_first().first()
    shown = {"version": version, "days": days, "reason": own.reason if own else ""}
    form = RefundForm(request.POST or None, initial=shown)
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            refunding.set_days(category, **form.cleaned_data, by=request.user)
            messages.success(request, _("Saved. What was answered before stays as of then."))
            return redirect("reports:refund-list")
    return form_page(
        request,
        form,
        head=Head(_("Set the refund period"), above=str(category)),
        cancel_url=reverse("reports:refund-list"),
    )
