"""The form of a decision."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.refusals import MOST_REASON
from portal.ui.fields import LineField, ProseField


class ReviewForm(forms.Form):
    """An answer about the version that was read; nothing is chosen before the reviewer chooses."""

    # The door refuses an answer that names no version, as it does one that names another.
    version = LineField(widget=forms.HiddenInput, required=False)
    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    codes = forms.MultipleChoiceField(
        label=_("What is wrong"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Whoever asked reads it at the field it is about, with what to do."),
    )
    reason = ProseField(
        label=_("Reason"),
        required=False,
        max_length=MOST_REASON,
        help_text=_("Whoever asked reads it. Needed unless you say yes or choose what is wrong."),
    )

    def __init__(
        self,
        *args: Any,
        choices: Sequence[tuple[str, str]],
        codes: Sequence[tuple[str, Promise]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        listed: Any = self.fields["codes"]
        listed.choices = codes
        if not codes:
            del self.fields["codes"]
        field: Any = self.fields["decision"]
        field.choices = choices

    def show(self, version: str) -> None:
        """Show the form again, beside this version; what was chosen about another is forgotten."""
        posted: Any = self.data
        data = posted.copy()
        if data.get("version") != version:
            data["version"] = version
            data.pop("decision", None)
        self.data = data


class AnswerForm(forms.Form):
    """What the team that asks writes to those who decide."""

    text = ProseField(label=_("Comment"), max_length=MOST_REASON)


class CommentForm(AnswerForm):
    """What a reviewer writes, and to whom; nobody is chosen before he chooses."""

    readers = forms.ChoiceField(
        label=_("Who reads it"),
        widget=forms.RadioSelect,
        choices=[
            ("all", _("The merchant, too")),
            ("inside", _("Colleagues alone; it never leaves the platform")),
        ],
    )

    def __init__(self, *args: Any, is_heard: bool, **kwargs: Any) -> None:
        """Where nobody outside reads comments (not `is_heard`), they are for colleagues alone."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["readers"]
        if not is_heard:
            field.choices = field.choices[1:]
