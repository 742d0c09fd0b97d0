"""Openings: the platform's rules, proposed by one admin and signed by another."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.openings import verbs as openings
from merchants.openings.models import Opening
from merchants.pages.opening.filters import OpeningFilter
from merchants.pages.opening.forms import OpeningForm
from merchants.pages.opening.tables import OpeningTable
from portal.accounts.access import PortalRequest, platform_page
from portal.review import kinds
from portal.shell import objects
from portal.ui.forms import button, form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@platform_page("opening.propose")
def opening_list(request: PortalRequest) -> HttpResponseBase:
    propose = Link(_("Propose a rule"), reverse("merchants:opening-new"), needs="opening.propose")
    lead = _(
        "A rule says from when on a category may link outside. It takes effect once a second "
        "admin has signed it."
    )
    return table_page(
        request,
        OpeningTable,
        Opening.objects.select_related("programme", "category", "author", "approver").order_by(
            "status", "-effective_at"
        ),
        OpeningFilter,
        head=Head(_("Openings"), above=_("Platform"), lead=lead, links=[propose]),
        empty_link=propose,
        export_name="openings",
    )


@platform_page("opening.propose")
def opening_new(request: PortalRequest) -> HttpResponseBase:
    form = OpeningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            opening = openings.propose(**form.cleaned_data, by=request.user)
            messages.success(request, _("Proposed. Another admin has to sign it."))
            return redirect("merchants:opening-detail", opening.pk)
    return form_page(
        request,
        form,
        head=Head(_("Propose a rule"), above=_("Platform")),
        submit=_("Propose"),
        cancel_url=reverse("merchants:opening-list"),
        hint=_(
            "Nothing changes until another admin signs. Rules are never edited: a later one of "
            "the same scope takes over."
        ),
    )


@platform_page("opening.propose")
def opening_detail(request: PortalRequest, pk: int) -> HttpResponseBase:
    rules = Opening.objects.select_related("programme", "category", "author", "approver")
    opening = get_object_or_404(rules, pk=pk)
    context = {
        "opening": opening,
        "is_mine": opening.author_id == request.user.pk,
        "decide_url": kinds.page_of("opening", opening.pk),
        **objects.context(request, opening),
    }
    return render(request, "merchants/opening_detail.html", context)


def _find(pk: int) -> Opening:
    return get_object_or_404(Opening, pk=pk)


def _page(opening: Opening) -> str:
    return reverse("merchants:opening-detail", args=[opening.pk])


opening_withdraw = button(
    platform_page("opening.propose"),
    _find,
    openings.withdraw,
    done=lambda opening: _("Withdrawn."),
    to=_page,
)
