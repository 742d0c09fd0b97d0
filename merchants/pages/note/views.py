"""Notes: what the community has posted for a merchant."""

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from merchants.pages.listing.tables import ListingTable
from merchants.pages.note import actions as note_actions
from merchants.pages.note.filters import NoteFilter
from merchants.pages.note.tables import NoteTable
from portal.accounts.access import PortalRequest
from portal.shell import objects
from portal.ui.pages import Head
from portal.ui.views import table_page


@merchant_page("merchant.view")
def note_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    return table_page(
        request,
        NoteTable,
        merchant.notes.for_list().order_by("-published_at", "-pk"),
        NoteFilter,
        head=Head(_("Notes"), above=merchant.name),
        export_name="notes",
    )


@merchant_page("merchant.view")
def note_detail(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    note = get_object_or_404(merchant.notes, pk=pk)
    return table_page(
        request,
        ListingTable,
        note.listings.select_related("merchant", "note", "product__store").order_by("-pk"),
        template="merchants/note_detail.html",
        context={
            "note": note,
            "actions": note_actions.of(note, may=request.may),
            **objects.context(request, note),
        },
    )
