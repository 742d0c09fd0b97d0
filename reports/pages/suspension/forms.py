"""What people type about suspended data. The forms clean; the verbs decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants.pages.fields import CategoryField
from portal.refusals import MOST_REASON
from portal.ui.fields import DayField, LineField, ProseField
from reports.sources.concerned import Impact

UNTIL_FURTHER_NOTICE = _("Empty as long as nobody knows when the data are whole again.")


class SuspensionForm(forms.Form):
    """`seen` is what the person was shown of whom it concerns: it is made once that is read."""

    category = CategoryField(
        required=False,
        empty_label=pgettext_lazy("suspension", "All categories"),
        help_text=_("What lies in it is suspended, too."),
    )
    first_on = DayField(label=_("First day"))
    last_on = DayField(label=_("Last day"), required=False, help_text=UNTIL_FURTHER_NOTICE)
    reason = ProseField(
        label=_("Reason"),
        max_length=MOST_REASON,
        help_text=_("The merchants concerned read it, beside their reports and in a notice."),
    )
    seen = LineField(required=False, widget=forms.HiddenInput)

    def asked(self) -> dict[str, Any]:
        """What the verb is asked, but for the reason."""
        return {name: self.cleaned_data[name] for name in ("category", "first_on", "last_on")}

    def has_seen(self, impact: Impact) -> bool:
        """Whether this very impact was shown; if not, it is what the form carries from now on."""
        category = self.cleaned_data["category"]
        days = [self.cleaned_data[name] for name in ("first_on", "last_on")]
        told = f"{category.pk if category else 'all'} {days[0]} {days[1]} {impact.merchants}"
        if self.cleaned_data["seen"] == told:
            return True
        posted: Any = self.data
        self.data = posted.copy()
        self.data["seen"] = told  # type: ignore[index]
        return False


class SuspensionEndForm(forms.Form):
    last_on = DayField(label=_("Last day"), required=False, help_text=UNTIL_FURTHER_NOTICE)


class LiftForm(forms.Form):
    reason = ProseField(
        label=_("Reason"),
        max_length=MOST_REASON,
        help_text=_("The merchants concerned read it, beside their reports and in a notice."),
    )
