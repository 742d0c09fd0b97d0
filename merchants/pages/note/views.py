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
        head=Head(_("Notes"), above=merchant.name, lead=_how_they_come(merchant)),
        export_name="notes",
    )


def _how_they_come(merchant: Merchant) -> str:
    """For who has none yet: how notes come, and who sees to it that they do."""
    if merchant.notes.exists():
        return ""
    manager = merchant.account_manager
    if manager is None:
        return _(
            "Notes come by themselves with the community's feed once it knows your account. You "
            "get an account manager when your company is verified; ask him for the feed."
        )
    return _(
        "Notes come by themselves with the community's feed once it knows your account. If none "
        "has come a day after you published, write %(manager)s (%(mail)s) your account's name and "
        "your code here, %(code)s."
    ) % {"manager": manager, "mail": manager.email, "code": merchant.code}


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
