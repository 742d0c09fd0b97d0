"""What people type about costs. Forms clean; the verbs decide."""

from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from campaigns.boosts.models import Boost
from campaigns.campaigns.models import Campaign
from campaigns.costs.models import MOST_REFERENCE, Channel, Cost, CostKind
from campaigns.costs.verbs import Said
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from merchants.pages.fields import NoteField
from portal import clock
from portal.ui.fields import DayField, LineField, YuanField
from portal.ui.finding import FoundField


class BoostField(FoundField):
    """A boost, shown with its note and its days."""

    def label_from_instance(self, obj: Boost) -> str:
        # One that begins with its approval has no days before.
        days = f"{obj.starts_on} – {obj.ends_on}" if obj.is_dated else obj.get_status_display()
        return f"{obj.note.title} · {days}"


class CostForm(forms.Form):
    """A cost of a note, of one of its boosts, or of a campaign."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of cost"), choices=CostKind.choices)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Channel.choices)
    amount_fen = YuanField(label=gettext_lazy("Amount (yuan)"))
    on = DayField(
        label=gettext_lazy("Day"),
        help_text=gettext_lazy("On this day it counts in reports: today or before."),
    )
    note = NoteField(label=gettext_lazy("Note"), queryset=Note.objects.none(), required=False)
    boost = BoostField(
        label=gettext_lazy("Or a boost"),
        queryset=Boost.objects.none(),
        required=False,
        help_text=gettext_lazy("Only where it was paid for one boost; then leave the note open."),
    )
    campaign = FoundField(
        label=pgettext_lazy("cost", "Campaign"),
        queryset=Campaign.objects.none(),
        required=False,
        help_text=gettext_lazy("Of a boost it is known; alone, it is of the campaign as a whole."),
    )
    reference = LineField(
        label=gettext_lazy("Own number"),
        max_length=MOST_REFERENCE,
        required=False,
        help_text=gettext_lazy("Of the invoice or the contract: it tells like costs apart."),
    )

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        note: Any = self.fields["note"]
        note.queryset = merchant.notes.defer("text").order_by("-published_at", "-pk")
        boost: Any = self.fields["boost"]
        boost.queryset = merchant.boosts.select_related("note").defer("note__text").order_by("-pk")
        campaign: Any = self.fields["campaign"]
        campaign.queryset = merchant.campaigns.order_by("-pk")

    def said(self) -> Said:
        """What was typed, as the verbs take it."""
        typed = self.cleaned_data
        return {
            "note": typed["note"],
            "boost": typed["boost"],
            "campaign": typed["campaign"],
            "channel": Channel(typed["channel"]),
            "kind": CostKind(typed["kind"]),
            "on": typed["on"],
            "amount_fen": typed["amount_fen"],
            "reference": typed["reference"],
        }


def fresh(asked: QueryDict) -> dict[str, object]:
    """What the form of a new cost starts with; the page may be told what it is of."""
    of = {name: asked.get(name, "") for name in ("note", "boost", "campaign")}
    return {"key": uuid4(), "on": clock.today(), **of}


def as_typed(cost: Cost) -> dict[str, object]:
    """What the form of an existing cost starts with."""
    return {
        "key": cost.key,
        "note": cost.note_id,
        "boost": cost.boost_id,
        "campaign": cost.campaign_id,
        "kind": cost.kind,
        "channel": cost.channel,
        "on": cost.on,
        "amount_fen": cost.amount_fen,
        "reference": cost.reference,
    }
