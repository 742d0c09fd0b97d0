"""Notes: what the community has posted for a merchant, and asking that they come."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from merchants.notes import feed_requests
from merchants.notes.models import FeedRequest
from merchants.pages.access import merchant_page
from merchants.pages.listing.tables import ListingTable
from merchants.pages.note import actions as note_actions
from merchants.pages.note.filters import NoteFilter
from merchants.pages.note.forms import FeedRequestForm
from merchants.pages.note.tables import NoteTable
from portal import clock
from portal.accounts.access import PortalRequest
from portal.shell import objects
from portal.ui.forms import button, form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page
from portal.uploads import serving


@merchant_page("merchant.view")
def note_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    """All of them. Who has none yet, or asked lately, reads how they come and how far that is; the
    others are led to asking for another account."""
    asked = merchant.feed_requests.with_decision().order_by("pk").last()
    tells_how = (asked and _is_news(asked)) or not merchant.notes.exists()
    another = Link(
        _("Ask for another account"),
        reverse("merchants:feed-request-new", args=[merchant.code]),
        needs="feed.ask",
        is_main=False,
    )
    return table_page(
        request,
        NoteTable,
        merchant.notes.for_list().order_by("-published_at", "-pk"),
        NoteFilter,
        head=Head(_("Notes"), above=merchant.name, links=() if tells_how else (another,)),
        export_name="notes",
        template="merchants/note_list.html",
        context={"asked": asked, "tells_how": tells_how},
    )


def _is_news(asked: FeedRequest) -> bool:
    """Whether it waits, or was answered a short while ago."""
    if asked.decided_at is None:
        return asked.due_at is not None
    return clock.now() < asked.decided_at + FeedRequest.SHOWN_FOR


@merchant_page("feed.ask")
def feed_request_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    form, notes = FeedRequestForm(request.POST or None), _notes_of(merchant)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _asked, is_new = feed_requests.ask(merchant, **form.cleaned_data, by=request.user)
            if is_new:
                messages.success(request, _("Asked. The platform answers and tells you here."))
            else:
                messages.info(request, _("You have asked already; nothing was sent again."))
            return redirect(notes)
    return form_page(
        request,
        form,
        head=Head(_("Ask for the feed"), above=_("Notes"), back=notes),
        submit=_("Ask"),
        cancel_url=notes,
        hint=_(
            "An admin answers within two days; once the account is connected, its notes come by"
            " themselves."
        ),
    )


feed_request_withdraw = button(
    merchant_page("feed.ask"),
    lambda merchant, pk: get_object_or_404(merchant.feed_requests, pk=pk),
    feed_requests.withdraw,
    done=lambda asked: _("Withdrawn. You can ask again."),
    to=lambda asked: _notes_of(asked.merchant),
)


def _notes_of(merchant: Merchant) -> str:
    return reverse("merchants:note-list", args=[merchant.code])


@merchant_page("merchant.view")
def note_detail(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    note = get_object_or_404(merchant.notes, pk=pk)
    return table_page(
        request,
        ListingTable,
        note.listings.select_related("merchant", "note", "product__store")
        .defer("note__text")
        .order_by("-pk"),
        template="merchants/note_detail.html",
        context={
            "note": note,
            "actions": note_actions.of(note, may=request.may),
            **objects.context(request, note),
        },
    )


@merchant_page("merchant.view")
def note_cover(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    """The picture, for pages that show it, at the address `Note.cover_version` makes its own: what
    a page named is never answered with another."""
    note = get_object_or_404(merchant.notes.exclude(cover=""), pk=pk)
    if request.GET.get("v") != note.cover_version:
        raise Http404
    return serving.picture(request, note.cover, version=note.cover_version)
