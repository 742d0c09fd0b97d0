"""What people type about merchants. Forms clean; the verbs decide."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import PlatformRole, User


class MerchantForm(forms.Form):
    name = forms.CharField(label=_("Company name"), max_length=120)
    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        max_length=40,
        help_text=_("18 characters, as on the business licence."),
    )


def account_managers() -> QuerySet[User]:
    """Who may look after a merchant."""
    managers = User.objects.filter(platform_role=PlatformRole.ACCOUNT_MANAGER, is_active=True)
    return managers.order_by("name")


class AccountManagerForm(forms.Form):
    account_manager = forms.ModelChoiceField(
        label=_("Account manager"), queryset=account_managers()
    )
