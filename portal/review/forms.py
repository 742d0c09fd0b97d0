"""The form of a decision."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ReviewForm(forms.Form):
    """A decision; every one but the first needs a reason."""

    def __init__(self, *args: Any, decisions: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"] = forms.ChoiceField(
            label=_("Decision"), choices=decisions, widget=forms.RadioSelect
        )
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            required=False,
            widget=forms.Textarea({"rows": 3}),
            help_text=_("The merchant reads it. Needed unless you say yes."),
        )
