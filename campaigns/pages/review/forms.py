"""The decision of an account manager about a boost."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.boosts.decisions import FIELDS


class BoostReviewForm(forms.Form):
    """A decision about the submission that was read."""

    DECISIONS = [
        ("approve", _("Approve")),
        ("send_back", _("Send back for correction")),
        ("reject", _("Reject for good")),
    ]

    submission = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("Decision"), choices=DECISIONS, widget=forms.RadioSelect, initial="approve"
    )
    field = forms.ChoiceField(
        label=_("What has to change"),
        choices=[("", _("The boost as a whole")), *FIELDS],
        required=False,
        help_text=_("When you send it back, the merchant reads your reason next to this field."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The merchant reads it. Needed unless you approve."),
    )
