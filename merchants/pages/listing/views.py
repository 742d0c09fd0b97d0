"""Listings: products linked to notes, with the checklist that stands before the readers."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from merchants.links import chain, facts, policy
from merchants.listings import publishing
from merchants.listings import verbs as listings
from merchants.listings.check import Check
from merchants.listings.models import Listing
from merchants.pages.access import merchant_page
from merchants.pages.listing import qr
from merchants.pages.listing.filters import ListingFilter
from merchants.pages.listing.forms import ListingEditForm, ListingForm
from merchants.pages.listing.tables import ListingTable
from portal import clock
from portal.accounts import versions
from portal.accounts.access import PortalRequest
from portal.shell import objects
from portal.ui.editing import carry
from portal.ui.forms import button, form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@merchant_page("merchant.view")
def listing_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    new = reverse("merchants:listing-new", args=[merchant.code])
    link = Link(_("Link a product"), new, icon="link", needs="listing.edit")
    return table_page(
        request,
        ListingTable,
        merchant.listings.select_related("merchant", "note", "product__store")
        .defer("note__text")
        .order_by("-pk"),
        ListingFilter,
        head=Head(_("Listings"), above=merchant.name, links=[link]),
        empty_link=link,
        export_name="listings",
    )


@merchant_page("listing.edit")
def listing_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    chosen = {"note": request.GET.get("note", "")}
    form = ListingForm(request.POST or None, merchant=merchant, initial=chosen)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            listing = listings.link(merchant, **form.cleaned_data, by=request.user)
            messages.success(request, _("Linked as a draft. Now see what is left to publish it."))
            return redirect(listing)
    return form_page(
        request,
        form,
        head=Head(_("Link a product to a note"), above=merchant.name),
        submit=_("Link as a draft"),
        cancel_url=reverse("merchants:listing-list", args=[merchant.code]),
    )


@merchant_page("merchant.view")
def listing_detail(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    # Read before the listing: it is never newer than what the page says.
    version = versions.of(Listing(pk=pk))
    listing, now = _find(merchant, pk), clock.now()
    checks = publishing.checks(listing, at=now)
    context = {
        "listing": listing,
        "version": version,
        "checks": [(check, _page_for(check, listing)) for check in checks],
        "is_ready": all(check.passed for check in checks),
        "destination": chain.resolve(facts.of_listing(listing), policy.current(), at=now),
        "periods": listing.periods.order_by("-live_from")[:20],
        **objects.context(request, listing),
        "link": qr.address(listing),
        "qr": reverse("merchants:listing-qr", args=[merchant.code, listing.pk]),
    }
    return render(request, "merchants/listing_detail.html", context)


@merchant_page("merchant.view")
def listing_qr(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    return qr.picture(_find(merchant, pk))


@merchant_page("listing.edit")
def listing_edit(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    listing = _find(merchant, pk)
    shown = versions.shown(listing, "fallback", "has_ad_label")
    form = ListingEditForm(request.POST or None, merchant=merchant, initial=shown)
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            listings.edit(listing, **form.cleaned_data, by=request.user)
            messages.success(request, _("Saved."))
            return redirect(listing)
    head = Head(_("Change the listing"), above=merchant.name)
    return form_page(request, form, head=head, cancel_url=listing.get_absolute_url())


def _find(merchant: Merchant, pk: int) -> Listing:
    rows = merchant.listings.select_related(
        "merchant__team", "note", "product__store", "product__category", "fallback__store"
    )
    return get_object_or_404(rows, pk=pk)


listing_publish = button(
    merchant_page("listing.edit"),
    _find,
    listings.publish,
    done=lambda listing: _("Live: readers of the note see the product now."),
    is_about_what_was_read=True,
)
listing_pause = button(
    merchant_page("listing.edit"),
    _find,
    listings.pause,
    done=lambda listing: _("Paused: readers do not see the product."),
)
listing_resume = button(
    merchant_page("listing.edit"),
    _find,
    listings.resume,
    done=lambda listing: _("Live again."),
    is_about_what_was_read=True,
)
listing_end = button(
    merchant_page("listing.edit"),
    _find,
    listings.end,
    done=lambda listing: _("Ended: the product is off the note."),
)


def _page_for(check: Check, listing: Listing) -> str:
    """Where a person does what an unmet rule asks for; empty when it is not done here."""
    code = listing.merchant.code
    pages: dict[str, tuple[str, list[object]]] = {
        "merchant_verified": ("merchant-detail", [code]),
        "store_verified": ("store-detail", [code, listing.product.store_id]),
        "ad_label": ("listing-edit", [code, listing.pk]),
        "fallback": ("listing-edit", [code, listing.pk]),
        "application_approved": ("offer-list", [code]),
    }
    if check.passed or check.rule not in pages:
        return ""
    page, args = pages[check.rule]
    return reverse(f"merchants:{page}", args=args)
