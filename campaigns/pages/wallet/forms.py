"""What people type about payments. Forms clean; the verbs decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.ledger.models import MOST_FEN
from portal.ui.forms import YuanField


class PaymentForm(forms.Form):
    """A payment that arrived at the bank."""

    amount_fen = YuanField(label=_("Amount received (yuan)"), max_fen=MOST_FEN)
    reference = forms.CharField(
        label=_("Reference of the bank statement"),
        max_length=80,
        help_text=_("A payment with the same reference is never written down twice."),
    )
