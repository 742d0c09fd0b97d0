"""What people type about boosts. Forms clean; the verbs decide."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from campaigns.boosts.asked import MAX_DAYS, MIN_DAILY_BUDGET_FEN, DayPart
from campaigns.boosts.models import Boost, Objective
from campaigns.boosts.period import days_of, last_of
from campaigns.boosts.plans import NOTHING_TO_BUY, Plan, plan_of
from campaigns.boosts.several import MOST_NOTES
from campaigns.campaigns.models import Campaign
from campaigns.funds import terms
from campaigns.funds.models import Fund
from merchants.companies.models import Merchant, MerchantStatus
from merchants.listings.models import Listing
from merchants.notes.models import Note
from merchants.pages.fields import NoteField
from portal import clock
from portal.refusals import MOST_REASON
from portal.typed import number_of
from portal.ui.fields import CountField, DayField, ProseField, YuanField
from portal.ui.finding import FoundField
from portal.ui.pages import Link
from portal.words import yuan


def offer_notes(form: forms.Form, merchant: Merchant) -> None:
    """Offer in the field `note` the published notes that sell something, and the one that was
    chosen already."""
    published = merchant.notes.published().order_by("-published_at", "-pk")
    sells = Exists(Listing.objects.live().filter(note=OuterRef("pk")))
    note: Any = form.fields["note"]
    note.help_text = _("Notes with a live listing.")
    chosen, listed = number_of(str(form["note"].value())), Q(sells)
    if chosen and not published.filter(sells, pk=chosen).exists():
        # Named only where it has to be: notes that sell are found in their order by index.
        listed |= Q(pk=chosen)
        form["note"].help_text = NOTHING_TO_BUY
    note.queryset = published.filter(listed)
    link = reverse("merchants:listing-new", args=[merchant.code])
    note.leads_to(Link(str(_("Link a product to a note")), link))


def offer_campaigns(form: forms.Form, merchant: Merchant) -> bool:
    """Offer in the field `campaign` those that are open; whether there are any. Whoever has none is
    not asked."""
    campaign: Any = form.fields["campaign"]
    campaign.queryset = merchant.campaigns.still_open().order_by("-pk")
    return bool(campaign.queryset.exists())


class BoostForm(forms.Form):
    """What is asked for. Three fields are enough; the others have sensible answers."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    note = NoteField(label=_("Note"), queryset=Note.objects.none())
    budget = YuanField(
        label=_("Budget (yuan)"),
        help_text=format_lazy(_("At least {daily} a day."), daily=yuan(MIN_DAILY_BUDGET_FEN)),
    )
    days = CountField(label=_("Days"), min_value=1, max_value=MAX_DAYS)
    objective = forms.ChoiceField(label=_("Objective"), choices=Objective.choices)
    starts_on = DayField(label=_("First day"))
    day_part = forms.ChoiceField(
        label=_("Hours of the day"),
        choices=DayPart.choices,
        initial=DayPart.WHOLE,
        required=False,
        help_text=_("Hours outside are neither shown nor paid."),
    )
    cap = YuanField(
        label=_("Most a day (yuan)"),
        required=False,
        help_text=_("Left empty, a day may cost what is left of the budget."),
    )
    fund = forms.ModelChoiceField(
        label=_("Fund"),
        queryset=Fund.objects.none(),
        required=False,
        empty_label=_("No grant: I pay all"),
        error_messages={"invalid_choice": _("This fund pays no part of your boosts now.")},
    )
    grant = YuanField(
        label=_("Grant (yuan)"),
        required=False,
        help_text=_("This part of the budget is paid by the fund, the rest by your wallet."),
    )

    campaign = FoundField(
        label=_("Campaign"),
        queryset=Campaign.objects.none(),
        required=False,
        help_text=_("A boost may stand alone."),
    )

    beside = forms.BooleanField(
        label=_("A second boost of this note on these days is meant"), required=False
    )

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_notes(self, merchant)
        self.has_campaigns = offer_campaigns(self, merchant)
        self._list_funds(merchant)

    def _list_funds(self, merchant: Merchant) -> None:
        """Offer the funds that may pay a part, with what they ask; say why the others do not."""
        funds: Any = self.fields["fund"]
        if merchant.status != MerchantStatus.VERIFIED:
            funds.help_text = _("Funds pay a part once your company is verified.")
            return
        told = terms.offers(Fund.objects.open_to(merchant).for_terms(), merchant, at=clock.now())
        open_ = [offer.fund.pk for offer in told if not offer.why_not]
        funds.queryset = Fund.objects.filter(pk__in=open_).order_by("pk")
        sentences = [said for offer in told for said in offer.why_not or offer.asks]
        funds.help_text = format_html_join("", '<span class="d-block">{}</span>', zip(sentences))

    def plan(self) -> Plan:
        """What was typed, as the verbs take it."""
        typed = self.cleaned_data
        return {
            "note": typed["note"],
            "objective": Objective(typed["objective"]),
            "starts_on": typed["starts_on"],
            "ends_on": last_of(typed["starts_on"], typed["days"]),
            "budget_fen": typed["budget"],
            "daily_cap_fen": typed["cap"],
            "day_part": DayPart(typed["day_part"] or DayPart.WHOLE),
            "campaign": typed["campaign"],
            "fund": typed["fund"],
            "grant_fen": typed["grant"] or 0,
            "beside": typed["beside"],
        }


class NewBoostForm(BoostForm):
    """A boost, or one of each of several notes that share the budget."""

    also = forms.TypedMultipleChoiceField(
        label=_("Notes besides it"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A boost of each; budget, grant and cap are shared out equally."),
    )

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, merchant=merchant, **kwargs)
        also: Any = self.fields["also"]
        offered: Any = self.fields["note"]
        self._offered = {note.pk: note for note in offered.queryset[:MOST_NOTES]}
        also.choices = [(note.pk, note.title) for note in self._offered.values()]

    def notes(self) -> list[Note]:
        """The notes to boost, the chosen one first."""
        first: Note = self.cleaned_data["note"]
        others = [self._offered[pk] for pk in self.cleaned_data["also"] if pk != first.pk]
        return [first, *others]


class StopForm(forms.Form):
    reason = ProseField(
        label=_("Reason"),
        max_length=MOST_REASON,
        help_text=_("Your team and your account manager read it."),
    )


def fresh(note: str, campaign: str = "", copied: Boost | None = None) -> dict[str, object]:
    """What the form of a new boost starts with; `note` and `campaign` are ids, if the page was told
    any. One that is `copied` is asked for again, from today on."""
    if copied:
        again = {"request_key": uuid4(), "beside": False, "starts_on": clock.today()}
        return {**as_typed(copied), **again}
    return {
        "request_key": uuid4(),
        "note": note,
        "campaign": campaign,
        "days": 7,
        "objective": Objective.READS,
        "starts_on": clock.today(),
    }


def as_typed(boost: Boost) -> dict[str, object]:
    """What the form of an existing boost starts with."""
    plan = plan_of(boost)
    others = Boost.objects.beside(boost.note, boost.starts_on, boost.ends_on).exclude(pk=boost.pk)
    return {
        "request_key": boost.request_key,
        "beside": others.exists(),
        "note": plan["note"].pk,
        "budget": plan["budget_fen"],
        "days": days_of(plan["starts_on"], plan["ends_on"]),
        "objective": plan["objective"],
        "starts_on": plan["starts_on"],
        "cap": plan.get("daily_cap_fen"),
        "day_part": boost.day_part,
        "campaign": plan.get("campaign"),
        "fund": plan.get("fund"),
        "grant": plan.get("grant_fen") or None,
    }
