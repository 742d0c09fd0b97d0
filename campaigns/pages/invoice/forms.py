"""What people type about invoices. Forms clean; the verbs decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.refusals import MOST_REASON
from portal.ui.fields import IdField, LineField, ProseField, YuanField


class InvoiceForm(forms.Form):
    """What a merchant wants invoiced, and to whom."""

    amount_fen = YuanField(label=_("Amount to be invoiced (yuan)"))
    title = LineField(label=_("Invoice title"), max_length=120)
    tax_number = IdField(label=_("Tax number"), max_length=40)


class IssueForm(forms.Form):
    """The invoice itself."""

    number = IdField(label=_("Invoice number"), max_length=40)
    document = forms.FileField(
        label=_("Invoice"), help_text=_("PDF, PNG, JPEG or WebP, at most 10 MB.")
    )


class RedForm(forms.Form):
    """The red-letter invoice that takes one back."""

    number = IdField(label=_("Number of the red-letter invoice"), max_length=40)
    document = forms.FileField(
        label=_("Red-letter invoice"), help_text=_("PDF, PNG, JPEG or WebP, at most 10 MB.")
    )


class ReturnForm(forms.Form):
    """Why it is not issued."""

    reason = ProseField(label=_("Why it is not issued"), max_length=MOST_REASON)


class DeclineForm(forms.Form):
    """Why no red-letter invoice is issued."""

    reason = ProseField(label=_("Why the invoice stays"), max_length=MOST_REASON)
