"""Forms of the reports app."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from merchants.models import Merchant
from portal.ui.forms import DayField, refusals_on
from reports.report.question import DEFAULT_WINDOW, WINDOWS, By, Model, Question, recent

DEFAULT_DAYS = 30
_CSS = {
    "first_on": "form-control",
    "last_on": "form-control",
    "model": "form-select",
    "window_days": "form-select",
}


class QuestionForm(forms.Form):
    """A report asked through an address: whatever it leaves out has a default.

    A valid form has its `question`.
    """

    first_on = DayField(label=_("First day"))
    last_on = DayField(label=_("Last day"))
    model = forms.ChoiceField(label=_("Model"), choices=Model.choices)
    window_days = forms.TypedChoiceField(
        label=_("Lookback window"),
        coerce=int,
        choices=[(days, format_lazy(_("{days} days"), days=days)) for days in WINDOWS],
    )
    by = forms.ChoiceField(choices=By.choices, widget=forms.HiddenInput)

    question: Question

    def __init__(self, merchant: Merchant, asked: QueryDict) -> None:
        self.merchant = merchant
        first_on, last_on = recent(days=DEFAULT_DAYS)
        defaults = {
            "first_on": first_on.isoformat(),
            "last_on": last_on.isoformat(),
            "model": Model.LAST_TOUCH.value,
            "window_days": str(DEFAULT_WINDOW),
            "by": By.NOTE.value,
        }
        super().__init__({name: asked.get(name, given) for name, given in defaults.items()})
        for name, css in _CSS.items():
            state = " is-invalid" if name in self.errors else ""
            self.fields[name].widget.attrs["class"] = css + state

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not self.errors:
            with refusals_on(self):
                self.question = Question(
                    self.merchant,
                    cleaned["first_on"],
                    cleaned["last_on"],
                    Model(cleaned["model"]),
                    cleaned["window_days"],
                    By(cleaned["by"]),
                )
        return cleaned
