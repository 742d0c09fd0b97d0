"""What people type about campaigns. Forms clean; the verbs decide."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.campaigns.models import Campaign, TargetKind
from campaigns.campaigns.verbs import Facts
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from merchants.pages.fields import NoteField
from portal import clock
from portal.ui.fields import DayField, LineField, YuanField

# An amount is typed in yuan with two decimals, and kept as fen; a count is typed in the same field.
_PER_ONE = 100


class CampaignForm(forms.Form):
    """Name and period are enough."""

    name = LineField(label=gettext_lazy("Name"), max_length=60)
    starts_on = DayField(label=gettext_lazy("First day"))
    ends_on = DayField(label=gettext_lazy("Last day"))
    target_kind = forms.ChoiceField(
        label=gettext_lazy("Target"),
        choices=[("", gettext_lazy("No target")), *TargetKind.choices],
        required=False,
    )
    target = YuanField(
        label=gettext_lazy("How much of it"),
        required=False,
        help_text=gettext_lazy("A whole number; GMV in yuan."),
    )
    budget = YuanField(
        label=gettext_lazy("Planned budget (yuan)"),
        required=False,
        help_text=gettext_lazy("A plan: it sets nothing aside and stops nothing."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind, amount = cleaned.get("target_kind"), cleaned.get("target")
        if kind and kind != TargetKind.GMV and amount is not None and amount % _PER_ONE:
            self.add_error("target", ValidationError(_("Write a whole number."), code="invalid"))
        return cleaned

    def facts(self) -> Facts:
        """What was typed, as the verbs take it."""
        said = self.cleaned_data
        value = said["target"]
        if value is not None and said["target_kind"] != TargetKind.GMV:
            value //= _PER_ONE
        return {
            "name": said["name"],
            "starts_on": said["starts_on"],
            "ends_on": said["ends_on"],
            "target_kind": said["target_kind"],
            "target_value": value,
            "budget_fen": said["budget"],
        }


class NewCampaignForm(CampaignForm):
    request_key = forms.UUIDField(widget=forms.HiddenInput)


class NoteForm(forms.Form):
    """A note that is to belong to a campaign."""

    note = NoteField(label=gettext_lazy("Note"), queryset=Note.objects.none())

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        note: Any = self.fields["note"]
        note.queryset = merchant.notes.order_by("-published_at", "-pk")
        note.help_text = gettext_lazy("What it sells now comes with it.")


def fresh() -> dict[str, object]:
    """What the form of a new campaign starts with."""
    return {"request_key": uuid4(), "starts_on": clock.today()}


def as_typed(campaign: Campaign) -> dict[str, object]:
    """What the form of an existing campaign starts with."""
    value = campaign.target_value
    if value is not None and campaign.target_kind != TargetKind.GMV:
        value *= _PER_ONE
    return {
        "name": campaign.name,
        "starts_on": campaign.starts_on,
        "ends_on": campaign.ends_on,
        "target_kind": campaign.target_kind,
        "target": value,
        "budget": campaign.budget_fen,
    }
