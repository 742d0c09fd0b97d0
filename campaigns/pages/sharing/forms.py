"""What is typed about a fund's partner, and by him."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import IdField, MailField


class AddressForm(forms.Form):
    email = MailField(
        label=_("E-mail address of the partner"),
        help_text=_("It holds once another admin has signed it. Codes go there alone."),
    )


class SignForm(forms.Form):
    """Nothing to fill in: the page says what is signed."""


class CodeForm(forms.Form):
    code = IdField(label=_("Code from the mail"), max_length=60)
