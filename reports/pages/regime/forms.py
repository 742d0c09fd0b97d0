"""What people type about a regime. The forms clean; the verbs decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Category
from portal.ui.fields import DayField, ShareField
from reports.sources.models import EventKind, Source


class RegimeForm(forms.Form):
    category = forms.ModelChoiceField(
        label=_("Category"),
        queryset=Category.objects.all(),
        required=False,
        empty_label=_("All that have no regime of their own"),
        help_text=_("With all categories that lie in it; the narrowest one rules."),
    )
    ratio = ShareField(
        label=_("Share of users (%)"),
        help_text=_("100 for a category that is whole while others are sampled."),
    )
    valid_from = DayField(label=_("First day"))
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Left empty, it has no end yet.")
    )

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if source.events == EventKind.TOUCHPOINTS:
            del self.fields["category"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        return {"category": None, **cleaned}


class ChangedRegimeForm(RegimeForm):
    """What was agreed of which category stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("category", None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        del cleaned["category"]
        return cleaned


class ClosedRegimeForm(forms.Form):
    valid_to = DayField(label=_("Last day"))
