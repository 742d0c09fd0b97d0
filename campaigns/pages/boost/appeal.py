"""The two pages on which a boost's way is disputed or ended: a merchant's appeal, the platform's
stop."""

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.boosts import appealing, decisions
from campaigns.boosts.models import Boost
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts.access import PortalRequest, platform_page
from portal.refusals import MOST_REASON
from portal.review import appeals, concerned
from portal.review.models import Outcome
from portal.ui.fields import ProseField
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head
from portal.words import yuan


class AppealForm(forms.Form):
    text = ProseField(
        label=gettext_lazy("Why you disagree"),
        max_length=MOST_REASON,
        help_text=gettext_lazy("Whoever decides reads it. Your team reads it, too."),
    )


class StopAnyForm(forms.Form):
    reason = ProseField(
        label=gettext_lazy("Reason"),
        max_length=MOST_REASON,
        help_text=gettext_lazy("The merchant reads it."),
    )


@merchant_page("boost.submit")
def boost_appeal(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    """Disagree with a decision: another person decides about the same boost."""
    boost = get_object_or_404(merchant.boosts.select_related("note"), pk=pk)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            again = appealing.appeal(boost, text=form.cleaned_data["text"], by=request.user)
            messages.success(
                request, _("Handed in again. Somebody who has not decided yet decides.")
            )
            return redirect(again)
    return form_page(
        request,
        form,
        head=Head(_("I disagree"), above=boost.note.title),
        submit=_("Let somebody else decide"),
        cancel_url=boost.get_absolute_url(),
        hint=_(
            "The boost is handed in again as it was, and your part of its budget is set aside. "
            "Nobody who has decided about it decides again, and what is decided now stands. To "
            "change the boost, correct it instead."
        ),
    )


@platform_page("boost.stop_any")
def boost_stop_any(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The platform ends an approved boost."""
    boost = get_object_or_404(Boost.objects.for_review(), pk=pk)
    form = StopAnyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            stopped = decisions.stop(boost, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("Stopped. What was left went back; the merchant is told."))
            return redirect(stopped)
    return form_page(
        request,
        form,
        head=Head(_("Stop the boost for the platform"), above=boost.note.title),
        submit=_("Stop for good"),
        cancel_url=boost.get_absolute_url(),
        hint=_(
            "%(left)s goes back at once to whoever paid it. Hours that the ad server tells later "
            "are the platform’s."
        )
        % {"left": yuan(boost.held_fen - boost.captured_fen)},
    )


def shown(boost: Boost) -> dict[str, object]:
    """What a boost's page tells of appeals; what was never handed in again has none."""
    of_it = appeals.about(boost) if boost.submission > 1 else []
    is_open = any(one.outcome == Outcome.OPEN for one in of_it)
    return {
        "appeals": of_it,
        "is_against_rejection": any(map(appealing.keeps, of_it)),
        "is_stuck": is_open and not concerned.may_be_decided(boost, "boost.review"),
        "is_disputable": appealing.is_disputable(boost, of_it),
    }
