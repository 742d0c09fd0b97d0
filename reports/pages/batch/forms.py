"""The form that takes an event file."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import words
from portal.ui.fields import DayField, ShareField
from reports.sources.accuracy import NOT_ACCURACY
from reports.sources.manifests import MOST_DAYS
from reports.sources.models import Source

MAX_UPLOAD_BYTES = 1 << 30


class UploadForm(forms.Form):
    source = forms.ChoiceField(label=gettext_lazy("Source"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        allow_empty_file=True,
        help_text=gettext_lazy("CSV, JSONL or Parquet; plain, gzip or zstd."),
    )

    sampling_ratio = ShareField(
        label=gettext_lazy("Share of users in the file (%)"),
        required=False,
        help_text=format_lazy(
            "{} {}",
            gettext_lazy(
                "If its sender says so: it is compared with what is agreed with the source."
            ),
            NOT_ACCURACY,
        ),
    )
    is_whole = forms.BooleanField(
        label=gettext_lazy("This file holds all orders of these days"),
        required=False,
        help_text=gettext_lazy(
            "Tick it only when nothing of these days is missing: they are closed then."
        ),
    )
    first_on = DayField(label=gettext_lazy("First day"), required=False)
    last_on = DayField(label=gettext_lazy("Last day"), required=False)

    def __init__(
        self, *args: Any, sources: Iterable[Source], is_merchants: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if is_merchants:
            # What a merchant sends himself is whole.
            del self.fields["sampling_ratio"]
            self.fields["is_whole"].help_text = _(
                "Tick it only when nothing of these days is missing: they are complete as reported"
                " by the merchant then, until the marketplace closes them itself."
            )
        self._sources = {source.code: source for source in sources}
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, source.name) for code, source in self._sources.items()]

    def clean(self) -> dict[str, Any]:
        """Without the tick the days say nothing, and with it both are needed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        days = [name for name in ("first_on", "last_on") if cleaned.get(name)]
        if cleaned.get("is_whole"):
            for name in {"first_on", "last_on"} - set(days) - set(self.errors):
                self.add_error(name, _("Which days are these?"))
            if (
                len(days) == 2
                and not 0 <= (cleaned["last_on"] - cleaned["first_on"]).days < MOST_DAYS
            ):
                self.add_error(
                    "last_on",
                    _("The last day is on or after the first, at most %(days)s days in all.")
                    % {"days": MOST_DAYS},
                )
        elif days and "is_whole" not in self.errors:
            self.add_error("is_whole", _("Tick this, or leave the days empty."))
        return cleaned

    def manifest(self) -> dict[str, Any]:
        """What the person said of the file."""
        said: dict[str, Any] = {}
        if ratio := self.cleaned_data.get("sampling_ratio"):
            said["sampling_ratio"] = float(ratio)
        if self.cleaned_data["is_whole"]:
            days = {name: str(self.cleaned_data[name]) for name in ("first_on", "last_on")}
            said |= {"period": days, "is_whole": True}
        return said

    def clean_source(self) -> Source:
        return self._sources[self.cleaned_data["source"]]

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_UPLOAD_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s. Split it, or pack it with gzip or zstd.")
                % {"most": words.file_size(MAX_UPLOAD_BYTES)}
            )
        return file
