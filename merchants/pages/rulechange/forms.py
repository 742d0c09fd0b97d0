"""What people type about rule changes. Forms clean; the verbs decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.openings.models import OpeningState, Programme
from merchants.pages.fields import CategoryField
from portal import clock
from portal.refusals import MOST_REASON
from portal.ui.fields import InstantField, ProseField

_STATES = [(one.value, one.label) for one in (OpeningState.OPEN, OpeningState.CLOSED)]


class RuleChangeForm(forms.Form):
    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.order_by("pk")
    )
    category = CategoryField(help_text=_("What lies in it follows, unless it has its own rule."))
    placement = forms.ChoiceField(label=_("Placement"), choices=Placement.choices)
    store_kind = forms.ChoiceField(
        label=_("Store kind"),
        choices=[choice for choice in StoreKind.choices if choice[0] != StoreKind.IN_APP],
    )
    state = forms.ChoiceField(
        label=_("Rule"),
        choices=_STATES,
    )
    effective_at = InstantField(
        label=_("In force from"), initial=clock.now, help_text=_("Shanghai time.")
    )
    reason = ProseField(label=_("Reason"), max_length=MOST_REASON)
