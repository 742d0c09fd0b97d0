"""What people type about stores. Forms clean; the verbs decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants.marketplaces.kinds import StoreKind
from portal.ui.fields import LineField


class StoreForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=StoreKind.choices)
    name = LineField(label=_("Name"), max_length=120)
    external_id = LineField(
        label=_("Store id"), max_length=80, help_text=_("As it appears in order files.")
    )
    url = LineField(
        label=_("Store address"),
        max_length=500,
        required=False,
        help_text=_(
            "For stores on a marketplace, for instance https://brand.tmall.com/ or "
            "https://mall.jd.com/index-1000001.html. Empty for the in-app shop."
        ),
    )
