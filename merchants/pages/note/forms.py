"""What people type about notes: which account they come from."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import LineField


class FeedRequestForm(forms.Form):
    account_name = LineField(
        label=_("Account in the community"),
        max_length=80,
        help_text=_("Its name as readers see it below your notes."),
    )
