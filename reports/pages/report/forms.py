"""Forms of the reports app."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from campaigns.campaigns.models import Campaign
from merchants.companies.models import Merchant
from portal import words
from portal.typed import number_of
from portal.ui.fields import DayField, InstantField
from portal.ui.filters import in_words
from portal.ui.forms import refusals_on
from reports.answers.question import By, Question, TimeBase, recent
from reports.answers.side_by_side import COMPARABLE
from reports.attribution.choices import DEFAULT_WINDOW_DAYS, WINDOWS, Model

DEFAULT_DAYS = 30
PRESETS = (7, 30, 45)
# So many campaigns stand in the select; the others have pages of their own.
MOST_OFFERED = 20


_days = lazy(words.days, str)


class QuestionForm(forms.Form):
    """A report asked through an address: whatever it leaves out has a default, which may be
    another than `usual` by name.

    A valid form has its `question`.
    """

    first_on = DayField(label=_("First day"))
    last_on = DayField(label=_("Last day"))
    model = forms.ChoiceField(label=_("Model"), choices=Model.choices)
    window_days = forms.TypedChoiceField(
        label=_("Lookback window"),
        coerce=int,
        choices=[(days, _days(days)) for days in WINDOWS],
    )
    time_base = forms.ChoiceField(label=_("Time base"), choices=TimeBase.choices)
    by = forms.ChoiceField(label=_("Broken down by"), choices=By.choices, widget=forms.HiddenInput)
    campaign = forms.ChoiceField(label=_("Campaign"), required=False)
    as_of = InstantField(label=_("As of"), required=False, widget=forms.HiddenInput())

    question: Question
    # Whether a campaign may be asked for.
    narrows = True

    def __init__(self, merchant: Merchant, asked: QueryDict, **usual: str) -> None:
        self.merchant = merchant
        # What a campaign cost and brought has one day: that of the touch.
        is_of_campaign = self.narrows and bool(asked.get("campaign"))
        first_on, last_on = recent(days=DEFAULT_DAYS)
        defaults = {
            "first_on": first_on.isoformat(),
            "last_on": last_on.isoformat(),
            "model": Model.LAST_TOUCH.value,
            "window_days": str(DEFAULT_WINDOW_DAYS),
            "time_base": TimeBase.ORDER.value,
            "by": By.NOTE.value,
            "as_of": "",
            "campaign": "",
            **usual,
        }
        typed = {name: asked.get(name, given) for name, given in defaults.items()}
        if is_of_campaign:
            typed["time_base"] = TimeBase.TOUCH.value
        super().__init__(typed)
        self._offer_campaigns(typed["campaign"] or "")
        for field in self.visible_fields():
            is_choice = isinstance(field.field, forms.ChoiceField)
            css = "form-select" if is_choice else "form-control"
            field.field.widget.attrs["class"] = css + (" is-invalid" if field.errors else "")

    def _offer_campaigns(self, asked: str) -> None:
        """The merchant's newest campaigns, and the one that is `asked` for: the page of an older
        one leads here. Who has none is not asked."""
        self._campaigns: dict[str, Campaign] = {}
        if not self.narrows:
            del self.fields["campaign"]
            return
        own = Campaign.objects.filter(merchant=self.merchant).order_by("-pk")
        self._campaigns = {str(one.pk): one for one in own[:MOST_OFFERED]}
        if asked not in self._campaigns and (number := number_of(asked)):
            self._campaigns |= {str(one.pk): one for one in own.filter(pk=number)}
        field: Any = self.fields["campaign"]
        names = [(key, one.name) for key, one in self._campaigns.items()]
        field.choices = [("", _("All notes")), *names]
        if not names:
            field.widget = forms.HiddenInput()

    @property
    def address(self) -> str:
        """The question as the query of an address."""
        return urlencode({field.name: field.value() for field in self if field.value()})

    @property
    def presets(self) -> list[dict[str, int | str | bool]]:
        """Ranges that end yesterday: their length, their days, and whether they are asked for."""
        asked = (self["first_on"].value(), self["last_on"].value())
        return [
            {"days": days, "first_on": first, "last_on": last, "is_asked": asked == (first, last)}
            for days in PRESETS
            for first, last in [[day.isoformat() for day in recent(days=days)]]
        ]

    @property
    def asked(self) -> list[tuple[str, str]]:
        """The question in words, for paper and phones."""
        return in_words(self)

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
                    TimeBase(cleaned["time_base"]),
                    cleaned["as_of"],
                    self._campaigns.get(cleaned.get("campaign", "")),
                )
        return cleaned


class ObjectForm(QuestionForm):
    """A question about one object, which no campaign narrows."""

    narrows = False


class ComparisonForm(QuestionForm):
    """A question put to all models at once, by note or by listing."""

    narrows = False
    model = forms.ChoiceField(choices=Model.choices, widget=forms.HiddenInput)
    by = forms.ChoiceField(
        label=_("Broken down by"), choices=[(by.value, by.label) for by in COMPARABLE]
    )
