"""What people type about applications. Forms clean; the verbs decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants.openings.models import Programme
from merchants.pages.fields import CategoryField


class ApplicationForm(forms.Form):
    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.order_by("pk")
    )
    category = CategoryField()
    document = forms.FileField(
        label=_("Document"),
        help_text=_(
            "Brand authorisation or licence as PDF, PNG, JPEG or WebP, at most 10 MB. Only you and "
            "the platform can open it."
        ),
    )


class ResubmitForm(forms.Form):
    document = forms.FileField(
        label=_("Corrected document"), help_text=_("PDF, PNG, JPEG or WebP, at most 10 MB.")
    )
