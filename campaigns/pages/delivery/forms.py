"""What admins type about ad servers. Forms clean; the verbs decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.delivery.models import MOST_WAIT_HOURS
from portal.ui.fields import CountField, LineField
from portal.webhooks.models import Endpoint


class AdServerForm(forms.Form):
    name_zh = LineField(label=_("Chinese name"), max_length=60)
    name_en = LineField(label=_("English name"), max_length=60)
    wait_hours = CountField(
        label=_("Hours its last rows are waited for"),
        min_value=1,
        max_value=MOST_WAIT_HOURS,
        initial=48,
        help_text=_("Then a boost that ended is settled, and what is left goes back."),
    )
    is_active = forms.BooleanField(
        label=_("New boosts are given to it"),
        required=False,
        help_text=_("One ad server gets them. Boosts stay with the one that they were given to."),
    )


class NewAdServerForm(AdServerForm):
    endpoint = forms.ModelChoiceField(
        # Asked again for each form that is shown.
        queryset=Endpoint.objects.filter(ad_server=None).order_by("code"),
        label=_("Endpoint"),
        help_text=_("It is told of boosts there, and signs its rows with the keys of it."),
    )
    field_order = ("endpoint",)
