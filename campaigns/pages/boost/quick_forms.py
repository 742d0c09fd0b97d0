"""The quick form of a boost: three taps on a phone. It cleans; the verbs decide."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.boosts import quick
from campaigns.boosts.asked import MAX_QUICK_FEN, MIN_QUICK_FEN
from campaigns.boosts.models import Boost
from campaigns.boosts.plans import Plan
from campaigns.campaigns.models import Campaign
from campaigns.pages.boost.forms import offer_campaigns, offer_notes
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from merchants.pages.fields import NoteField
from portal import clock, words
from portal.ui.fields import YuanField
from portal.ui.finding import FoundField


def _hours(hours: int) -> str:
    """So many hours, as a person says it: days from two on."""
    days, rest = divmod(hours, 24)
    return words.days(days) if days > 1 and not rest else words.duration(hours * quick.HOUR)


class QuickForm(forms.Form):
    """A note, an amount and a time; what is chosen at first suits most."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    note = NoteField(label=gettext_lazy("Note"), queryset=Note.objects.none())
    amount = forms.TypedChoiceField(
        label=gettext_lazy("Budget"),
        choices=[(fen, words.yuan(fen)) for fen in quick.AMOUNTS_FEN],
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    own = YuanField(
        label=gettext_lazy("Or another amount (yuan)"),
        required=False,
        help_text=format_lazy(
            gettext_lazy("{least} to {most}. What is typed here counts."),
            least=words.yuan(MIN_QUICK_FEN),
            most=words.yuan(MAX_QUICK_FEN),
        ),
    )
    hours = forms.TypedChoiceField(
        label=gettext_lazy("For how long"),
        coerce=int,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("It begins with the approval, at any time of the day."),
    )
    campaign = FoundField(
        label=gettext_lazy("Campaign"), queryset=Campaign.objects.none(), required=False
    )
    beside = forms.BooleanField(
        label=gettext_lazy("A second boost of this note on these days is meant"), required=False
    )

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_notes(self, merchant)
        self.has_campaigns = offer_campaigns(self, merchant)
        hours: Any = self.fields["hours"]
        hours.choices = [(many, _hours(many)) for many in quick.HOURS]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "own" in cleaned and cleaned["own"] is None and not cleaned.get("amount"):
            self.add_error("own", ValidationError(_("Choose an amount, or type one.")))
        return cleaned

    def plan(self) -> Plan:
        """What was chosen, as the verbs take it."""
        chosen = self.cleaned_data
        return quick.plan(
            chosen["note"],
            budget_fen=chosen["own"] or chosen["amount"],
            hours=chosen["hours"],
            at=clock.now(),
            beside=chosen["beside"],
            campaign=chosen["campaign"],
        )


def fresh(note: str, campaign: str = "", copied: Boost | None = None) -> dict[str, object]:
    """What the form of a new boost starts with; `note` and `campaign` are ids, if the page was told
    any. One that is `copied` is asked for again."""
    if copied:
        return {**as_typed(copied), "request_key": uuid4(), "beside": False}
    return {
        "request_key": uuid4(),
        "note": note,
        "campaign": campaign,
        "amount": quick.AMOUNTS_FEN[1],
        "hours": quick.HOURS[2],
    }


def as_typed(boost: Boost) -> dict[str, object]:
    """What the form of an existing boost starts with."""
    is_offered = boost.budget_fen in quick.AMOUNTS_FEN
    others = Boost.objects.beside(boost.note, boost.starts_on, boost.ends_on).exclude(pk=boost.pk)
    return {
        "request_key": boost.request_key,
        "beside": others.exists(),
        "note": boost.note_id,
        "campaign": boost.campaign_id,
        "amount": boost.budget_fen if is_offered else None,
        "own": None if is_offered else boost.budget_fen,
        "hours": boost.hours,
    }
