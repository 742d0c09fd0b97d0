"""What people type about merchants. Forms clean; the verbs decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import PlatformRole, User
from portal.review.forms import ReviewForm


class MerchantForm(forms.Form):
    name = forms.CharField(label=_("Company name"), max_length=120)
    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        max_length=40,
        help_text=_("18 characters, as on the business licence."),
    )


class MerchantReviewForm(ReviewForm):
    account_manager = forms.ModelChoiceField(
        label=_("Account manager"),
        queryset=User.objects.filter(
            platform_role=PlatformRole.ACCOUNT_MANAGER, is_active=True
        ).order_by("name"),
        required=False,
    )
