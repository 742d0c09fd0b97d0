"""What an account manager types about her merchants. Forms clean; the verbs decide."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.pages.wallet.forms import PaymentForm
from merchants.companies.models import Merchant


class MerchantPaymentForm(PaymentForm):
    """A payment for one of `merchants`."""

    merchant = forms.ModelChoiceField(label=_("Merchant"), queryset=Merchant.objects.none())
    field_order = ["merchant", "amount_fen", "reference"]

    def __init__(self, *args: Any, merchants: QuerySet[Merchant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["merchant"]
        field.queryset = merchants
