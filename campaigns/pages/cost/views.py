"""Costs from outside: a merchant's list, the forms, and one cost with its versions."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.costs import verbs as costs
from campaigns.costs.models import Cost
from campaigns.pages.cost.filters import CostFilter
from campaigns.pages.cost.forms import CostForm, as_typed, fresh
from campaigns.pages.cost.tables import CostTable, VersionTable
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts import versions
from portal.accounts.access import PortalRequest
from portal.shell import objects
from portal.ui.editing import carry
from portal.ui.forms import button, form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@merchant_page("cost.view")
def cost_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    new = Link(
        _("Record a cost"), reverse("campaigns:cost-new", args=[merchant.code]), needs="cost.edit"
    )
    economics = Link(
        _("Economics"),
        reverse("campaigns:assumption-list", args=[merchant.code]),
        icon="calculator",
        is_main=False,
    )
    file = Link(
        _("Costs of a file"),
        reverse("campaigns:cost-file-new", args=[merchant.code]),
        icon="upload",
        needs="cost.edit",
        is_main=False,
    )
    return table_page(
        request,
        CostTable,
        merchant.costs.current().for_list().order_by("-on", "-pk"),
        CostFilter,
        head=Head(
            _("Costs from outside"),
            above=merchant.name,
            lead=_("What you paid for notes elsewhere. What boosts cost is counted by itself."),
            links=[economics, file, new],
        ),
        empty_link=new,
        export_name="costs",
    )


@merchant_page("cost.edit")
def cost_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    form = CostForm(request.POST or None, initial=fresh(request.GET), merchant=merchant)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            key = form.cleaned_data["key"]
            made = costs.record(merchant, key=key, by=request.user, **form.said())
            messages.success(request, _("Recorded. From now on it counts in reports."))
            return redirect(made)
    return form_page(
        request,
        form,
        head=Head(_("Record a cost"), above=merchant.name),
        submit=_("Record"),
        cancel_url=reverse("campaigns:cost-list", args=[merchant.code]),
    )


def _version(merchant: Merchant, key: UUID) -> tuple[Cost, str]:
    """The first version, of which the audit log tells, and what was done to the cost last: read
    before what a page shows, which then is never older."""
    first = get_object_or_404(merchant.costs.select_related("merchant__team"), key=key, number=1)
    return first, versions.of(first)


def _find(merchant: Merchant, key: UUID) -> Cost:
    """The newest version."""
    return get_object_or_404(merchant.costs.for_list().newest(), key=key)


@merchant_page("cost.view")
def cost_detail(request: PortalRequest, merchant: Merchant, key: UUID) -> HttpResponseBase:
    first, version = _version(merchant, key)
    return table_page(
        request,
        VersionTable,
        merchant.costs.history_of(key).for_list(),
        template="campaigns/cost_detail.html",
        context={
            "cost": _find(merchant, key),
            "version": version,
            **objects.context(request, first),
        },
    )


@merchant_page("cost.edit")
def cost_edit(request: PortalRequest, merchant: Merchant, key: UUID) -> HttpResponseBase:
    _first, version = _version(merchant, key)
    cost = _find(merchant, key)
    initial = {**as_typed(cost), "version": version}
    form = CostForm(request.POST or None, initial=initial, merchant=merchant)
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            read = form.cleaned_data["version"]
            costs.correct(cost, version=read, by=request.user, **form.said())
            messages.success(
                request, _("Corrected. Reports as of an earlier moment stay as they were.")
            )
            return redirect(cost)
    return form_page(
        request,
        form,
        head=Head(_("Correct the cost"), above=merchant.name),
        submit=_("Correct"),
        cancel_url=cost.get_absolute_url(),
    )


cost_withdraw = button(
    merchant_page("cost.edit"),
    _find,
    costs.withdraw,
    done=lambda cost: _("Withdrawn. It counts no more."),
    is_about_what_was_read=True,
)
