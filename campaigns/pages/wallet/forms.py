"""What a merchant says of a payment that he has made."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import DayField, YuanField


class AnnouncementForm(forms.Form):
    """A payment that is on its way."""

    amount_fen = YuanField(label=_("Amount paid (yuan)"))
    paid_on = DayField(label=_("Paid on"))
