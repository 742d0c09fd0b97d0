"""Boosts: a merchant's list, the page of one boost and its buttons."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts import appealing, awarding, decisions, funding, lines
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.delivery import settling
from campaigns.pages.boost import appeal
from campaigns.pages.boost.asking import open_reason
from campaigns.pages.boost.filters import BoostFilter
from campaigns.pages.boost.forms import StopForm
from campaigns.pages.boost.tables import BoostTable
from campaigns.pages.boost.timeline import steps_of
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal import words
from portal.accounts import versions
from portal.accounts.access import PortalRequest
from portal.review import comments
from portal.shell import objects
from portal.ui.forms import button, form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page
from portal.words import yuan


@merchant_page("boost.view")
def boost_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    url = reverse("campaigns:boost-new", args=[merchant.code])
    quick_url = reverse("campaigns:boost-quick", args=[merchant.code])
    new = Link(_("Quick boost"), quick_url, "bolt", needs="boost.submit_quick")
    full = Link(_("Boost a note"), url, needs="boost.edit", is_main=False)
    awards = reverse("campaigns:award-list", args=[merchant.code])
    grants = Link(_("Grants of rounds"), awards, "coins", is_main=False)
    return table_page(
        request,
        BoostTable,
        merchant.boosts.select_related("note", "merchant").defer("note__text").order_by("-pk"),
        BoostFilter,
        head=Head(_("Boosts"), above=merchant.name, links=[grants, full, new]),
        empty_link=new,
        export_name="boosts",
    )


@merchant_page("boost.view")
def boost_detail(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    # Read before the boost: it is never newer than what the page says.
    version = versions.of(Boost(pk=pk))
    found = merchant.boosts.select_related("note", "merchant__team", "campaign")
    boost = get_object_or_404(found, pk=pk)
    asked = list(lines.of(boost))
    return render(
        request,
        "campaigns/boost_detail.html",
        {
            "boost": boost,
            "version": version,
            "steps": steps_of(boost),
            "lines": asked,
            "award": awarding.award_of(boost, asked),
            "round": awarding.round_of(boost),
            "held_fen": boost.held_fen - boost.captured_fen,
            "reviews": boost.reviews.select_related("reviewer").order_by("-pk"),
            "told": open_reason(boost),
            "stopped_by_us": decisions.STOPPED_BY_US,
            **appeal.shown(boost),
            **_comments(request, boost),
            **objects.context(request, boost),
            "transfers": funding.moves_of(boost),
        },
    )


def _comments(request: PortalRequest, boost: Boost) -> dict[str, object]:
    """What was said about it that is meant for its team, and where that writes."""
    may_write = boost.status == Boost.WAITING and "boost.edit" in request.may
    return {
        "comments": comments.read_by_all(boost) if boost.submission else [],
        "say_url": reverse("review:comment-answer", args=["boost", boost.pk]) if may_write else "",
        "say_label": _("Write to the reviewers"),
    }


def _find(merchant: Merchant, pk: int) -> Boost:
    return get_object_or_404(merchant.boosts, pk=pk)


def _told_of_withdrawal(boost: Boost) -> str:
    """Of the boost as it was before."""
    if appealing.is_against_rejection(boost):
        return _("Taken back. The rejection stands, and the money is back in your wallet.")
    return _("Taken out of the queue. The money is back in your wallet.")


boost_submit = button(
    merchant_page("boost.submit"),
    _find,
    boosts.submit,
    done=lambda boost: _("Submitted. Your part of the budget is set aside until the decision."),
    is_about_what_was_read=True,
)
boost_withdraw = button(
    merchant_page("boost.edit"),
    _find,
    boosts.withdraw,
    done=_told_of_withdrawal,
)
boost_pause = button(
    merchant_page("boost.edit"),
    _find,
    boosts.pause,
    done=lambda boost: _("Paused. This hour may still cost; then nothing until you let it go on."),
)
boost_resume = button(
    merchant_page("boost.edit"),
    _find,
    boosts.resume,
    done=lambda boost: _("It goes on, to the end of its period."),
)


@merchant_page("boost.edit")
def boost_stop(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    """Asks why, and says before what comes back and when."""
    boost = get_object_or_404(merchant.boosts.select_related("note"), pk=pk)
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            stopped = boosts.stop(boost, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _told_of_stop(stopped))
            return redirect(boost)
    return form_page(
        request,
        form,
        head=Head(_("Stop the boost for good"), above=boost.note.title),
        submit=_("Stop for good"),
        cancel_url=boost.get_absolute_url(),
        hint=_what_comes_back(boost),
    )


def _what_comes_back(boost: Boost) -> str:
    told = {
        "left": yuan(boost.held_fen - boost.captured_fen),
        "spent": yuan(boost.captured_fen),
    }
    if not boost.spans.exists():
        return _("It has not begun. %(left)s is set aside and goes back at once.") % told
    wait = settling.wait_of(boost)
    if wait is None:
        return _("%(spent)s is spent. %(left)s is set aside and goes back within minutes.") % told
    return _(
        "%(spent)s is spent. %(left)s is set aside: what its last hours, this one included, do not "
        "cost of it goes back as soon as they are told, within %(wait)s at the latest."
    ) % {**told, "wait": words.duration(wait)}


def _told_of_stop(boost: Boost) -> str:
    wait = settling.wait_of(boost)
    if boost.settled_at:
        return _("Stopped. What was set aside went back.")
    if wait is None:
        return _("Stopped. What is left goes back within minutes.")
    return _(
        "Stopped. What its last hours do not cost goes back as soon as they are told, within "
        "%(wait)s at the latest."
    ) % {"wait": words.duration(wait)}
