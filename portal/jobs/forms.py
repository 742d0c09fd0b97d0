"""The form of giving work up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import ProseField


class GiveUpForm(forms.Form):
    reason = ProseField(
        label=_("Reason"), max_length=1000, help_text=_("Whoever asked for the work reads it.")
    )
