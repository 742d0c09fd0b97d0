"""What people type about merchants. Forms clean; the verbs decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants.pages.fields import AccountManagerField
from portal.ui.fields import IdField, LineField


class MerchantForm(forms.Form):
    name = LineField(label=_("Company name"), max_length=120)
    credit_code = IdField(
        label=_("Unified social credit code"),
        max_length=40,
        help_text=_("18 characters, as on the business licence."),
    )


class AccountManagerForm(forms.Form):
    account_manager = AccountManagerField()
