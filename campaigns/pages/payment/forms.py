"""What people type about payments. Forms clean; the verbs decide."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from merchants.companies.models import Merchant
from portal.ui.fields import LineField, YuanField
from portal.ui.finding import FoundField


class PaymentForm(forms.Form):
    """A payment that arrived at the bank."""

    amount_fen = YuanField(label=_("Amount received (yuan)"))
    reference = LineField(
        label=_("Reference of the bank statement"),
        max_length=80,
        help_text=_("A payment with the same reference is never written down twice."),
    )


class _PayerField(FoundField):
    """A merchant, shown with what its payments carry."""

    def label_from_instance(self, obj: Merchant) -> str:
        return f"{obj.name} · {obj.reference}"


class MerchantPaymentForm(PaymentForm):
    """A payment for one of `merchants`."""

    merchant = _PayerField(label=_("Merchant"), queryset=Merchant.objects.none())
    field_order = ["merchant", "amount_fen", "reference"]

    def __init__(self, *args: Any, merchants: QuerySet[Merchant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["merchant"].queryset = merchants  # type: ignore[attr-defined]
