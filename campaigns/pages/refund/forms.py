"""What people type about refunds of balance. Forms clean; the verbs decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.refusals import MOST_REASON
from portal.ui.fields import IdField, LineField, ProseField, YuanField


class RefundForm(forms.Form):
    """What a merchant asks back, and to which account."""

    amount_fen = YuanField(label=_("Amount to be paid back (yuan)"))
    bank = LineField(label=_("Bank and branch"), max_length=120)
    bank_account = IdField(
        label=_("Account number"),
        max_length=60,
        help_text=_("An account of your company: money goes to nobody else."),
    )
    reason = ProseField(label=_("Why (optional)"), max_length=MOST_REASON, required=False)


class PaidForm(forms.Form):
    """That the bank has paid."""

    reference = LineField(label=_("Reference of the bank statement"), max_length=80)
    version = LineField(widget=forms.HiddenInput, required=False)


class TurnDownForm(forms.Form):
    """That the bank cannot pay."""

    reason = ProseField(label=_("Why it cannot be paid"), max_length=MOST_REASON)
    version = LineField(widget=forms.HiddenInput, required=False)
