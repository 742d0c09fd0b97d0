"""The form of a decision."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ReviewForm(forms.Form):
    """A decision; every one but the first needs a reason."""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The merchant reads it. Needed unless you say yes."),
    )

    def __init__(self, *args: Any, decisions: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["decision"]
        field.choices = decisions
