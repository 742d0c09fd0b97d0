"""The form that takes an event file."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import words
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

    def __init__(self, *args: Any, sources: Iterable[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sources = {source.code: source for source in sources}
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, source.name) for code, source in self._sources.items()]

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
