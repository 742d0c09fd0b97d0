"""What people type about funds. Forms clean; the verbs decide."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.funds.models import Fund
from portal.ui.fields import CodeField, LineField


class FundForm(forms.Form):
    name_zh = LineField(label=_("Chinese name"), max_length=60)
    name_en = LineField(label=_("English name"), max_length=60)
    code = CodeField(
        label=pgettext_lazy("fund", "Code"),
        max_length=50,
        help_text=_("Letters, digits and hyphens; it never changes."),
    )
    source = forms.ChoiceField(label=_("Whose money"), choices=Fund.SOURCES)
