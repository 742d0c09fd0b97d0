"""What people type about a source. The form cleans; the verb decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.ui.fields import CountField, LineField, YuanField
from reports.events.contract import CONTRACTS
from reports.pages.source.words import KINDS
from reports.sources.models import Rhythm, Source, Unit
from reports.sources.verbs import MOST_DELAY_DAYS


class SourceForm(forms.Form):
    name_zh = LineField(label=_("Chinese name"), max_length=60)
    name_en = LineField(label=_("English name"), max_length=60)
    sends = forms.MultipleChoiceField(
        label=pgettext_lazy("source", "Sends"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "From today on: what it never sends is shown as not connected in reports, not as 0."
        ),
    )
    rhythm = forms.ChoiceField(
        label=pgettext_lazy("source", "Sends its rows"), choices=Rhythm.choices
    )
    delay_days = CountField(
        label=_("Days until they are due"),
        min_value=0,
        max_value=MOST_DELAY_DAYS,
        help_text=_("After the end of the day, week or month they are of."),
    )
    unit = forms.ChoiceField(label=_("Unit of amounts"), choices=Unit.choices)
    most_fen = YuanField(
        label=_("Largest amount of a line (yuan)"), help_text=_("Rows above it are quarantined.")
    )
    zone = LineField(
        label=_("Time zone of times that name none"),
        max_length=40,
        required=False,
        help_text=_("As Asia/Shanghai. Left empty, such times are refused."),
    )

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sends"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(kind, KINDS[kind]) for kind in CONTRACTS[source.events].choices("kind")]
        if not field.choices:
            # Its rows are of one kind.
            field.required, field.widget = False, forms.MultipleHiddenInput()
