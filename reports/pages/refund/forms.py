"""What people type about refund periods. The form cleans; the verb decides."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.refusals import MOST_REASON
from portal.ui.fields import CountField, ProseField
from reports.sources.refunds import MOST_REFUND_DAYS


class RefundForm(forms.Form):
    days = CountField(
        label=_("Days in which orders may be sent back"),
        min_value=0,
        max_value=MOST_REFUND_DAYS,
        help_text=_("Until they are over no day of who sells it is called final."),
    )
    reason = ProseField(label=_("Reason"), max_length=MOST_REASON)
