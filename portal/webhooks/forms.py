"""What admins type about endpoints. Forms clean; the verbs decide."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.refusals import MOST_REASON
from portal.ui.fields import CodeField, IdField, ProseField
from portal.webhooks.addresses import MOST_LETTERS


class AddressForm(forms.Form):
    url = IdField(
        label=pgettext_lazy("endpoint", "Address"),
        max_length=MOST_LETTERS,
        help_text=_("https and the whole name of the host, as https://partner.example/webhooks."),
    )


class EndpointForm(AddressForm):
    code = CodeField(
        label=pgettext_lazy("endpoint", "Code"),
        max_length=40,
        help_text=_("Small letters, digits and hyphens; it never changes."),
    )
    field_order = ("code", "url")


class SignForm(forms.Form):
    """Nothing to fill in: the page says what is signed."""


class OffForm(forms.Form):
    reason = ProseField(
        label=_("Reason"),
        max_length=MOST_REASON,
        help_text=_("The other admins read it."),
    )


class RotateForm(forms.Form):
    is_overlapping = forms.TypedChoiceField(
        label=_("The old keys"),
        choices=(
            ("yes", _("Hold for another 24 hours beside the new ones")),
            ("no", _("All end at once: somebody may have learned one")),
        ),
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
