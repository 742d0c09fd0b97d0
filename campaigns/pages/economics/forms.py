"""What people type about what they assume. Forms clean; the verb decides."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from campaigns.costs.economics import MOST_SOURCE, Assumed
from portal import meaning
from portal.ui.fields import DayField, LineField, ShareField

_PERCENT = re.compile(r"(?P<whole>[0-9]{1,3})(?:\.(?P<tenth>[0-9]))?", re.ASCII)


class PermilleField(ShareField):
    """A share typed in per cent with at most one decimal, from 0 to 100; its clean value is an int
    per mille."""

    def to_python(self, value: Any) -> Any:
        text = meaning.identifier(str(value or "")).removesuffix("%")
        if not text:
            return None
        found = _PERCENT.fullmatch(text)
        permille = int(found["whole"]) * 10 + int(found["tenth"] or 0) if found else 1001
        if permille > 1000:
            raise ValidationError(
                _("Write per cent with at most one decimal, as 35.5, from 0 to 100."),
                code="invalid",
            )
        return permille


class AssumptionForm(forms.Form):
    what = forms.ChoiceField(label=gettext_lazy("Assumed"), choices=Assumed.choices)
    permille = PermilleField(
        label=gettext_lazy("Share of the revenue (%)"),
        required=False,
        help_text=gettext_lazy("Left empty, it is not assumed any more from that day on."),
    )
    from_on = DayField(label=pgettext_lazy("assumption", "From"))
    source = LineField(
        label=pgettext_lazy("assumption", "Source"),
        max_length=MOST_SOURCE,
        help_text=gettext_lazy("Where the share is from, as “books of 2025”."),
    )
