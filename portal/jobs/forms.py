"""The form of giving work up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.refusals import MOST_REASON
from portal.ui.fields import ProseField


class GiveUpForm(forms.Form):
    reason = ProseField(
        label=_("Reason"),
        max_length=MOST_REASON,
        help_text=_("Whoever asked for the work reads it."),
    )
