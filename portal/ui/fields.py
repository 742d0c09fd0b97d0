"""The fields of every form. They give what people type as they mean it, in our units."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import meaning, typed, words
from portal.refusals import Refusal

_SHARE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4})?", re.ASCII)


class LineField(forms.CharField):
    """A text on one line: a name, a title, an address, a reference."""

    cleaned: Callable[[str], str] = staticmethod(meaning.line)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value if value is None else self.cleaned(str(value)))


class ProseField(LineField):
    """A text of several lines: a reason, an answer."""

    widget = forms.Textarea
    cleaned = staticmethod(meaning.prose)

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea({"rows": rows}))
        super().__init__(**kwargs)


class IdField(LineField):
    """An id that people type: blanks in it mean nothing, its case stays."""

    cleaned = staticmethod(meaning.identifier)


class CodeField(forms.SlugField):
    """A short code of our own, which is the same in any case."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value if value is None else meaning.key(str(value)))


class MailField(forms.EmailField):
    """An address of mail, which is the same in any case.

    Its input is text: browsers refuse ＠ and full-width letters in one for mails.
    """

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
        kwargs.setdefault("widget", forms.TextInput(attrs))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value if value is None else meaning.identifier(str(value)).lower())


class CountField(forms.IntegerField):
    """A whole number; no wheel of a mouse turns it."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"inputmode": "numeric"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(meaning.identifier(value) if isinstance(value, str) else value)


class YuanField(forms.Field):
    """An amount typed in yuan as people write amounts; its clean value is an int of fen.

    It is text, so that neither the wheel of a mouse nor an arrow key changes an amount unseen.
    """

    def __init__(self, *, min_fen: int = 1, max_fen: int = typed.MOST_FEN, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs), **kwargs)
        self.min_fen, self.max_fen = min_fen, max_fen

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, int):
            return value
        text = meaning.line(str(value)) if value is not None else ""
        if not text:
            return None
        try:
            return typed.fen_of(text)
        except Refusal as refusal:
            raise ValidationError(refusal.message, code="invalid") from refusal

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and value < self.min_fen:
            least = {"least": words.yuan(self.min_fen)}
            raise ValidationError(_("The amount is at least %(least)s."), "min_value", least)
        if value is not None and value > self.max_fen:
            most = {"most": words.yuan(self.max_fen)}
            raise ValidationError(_("The amount is at most %(most)s."), "max_value", most)

    def prepare_value(self, value: Any) -> Any:
        return words.in_yuan(value) if isinstance(value, int) else value


class ShareField(forms.Field):
    """A share of a whole, typed in per cent with up to four decimals; its clean value is a Decimal
    above 0 and at most 1."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs), **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        text = meaning.identifier(str(value)).removesuffix("%")
        if not text:
            return None
        if not _SHARE.fullmatch(text):
            raise ValidationError(
                _("Write per cent, as 50 or 33.3333: above 0, at most 100."), code="invalid"
            )
        share = Decimal(text) / 100
        if not 0 < share <= 1:
            raise ValidationError(
                _("Write per cent, as 50 or 33.3333: above 0, at most 100."), code="invalid"
            )
        return share

    def prepare_value(self, value: Any) -> Any:
        return words.share(value).removesuffix("%") if isinstance(value, Decimal) else value


class DayInput(forms.DateInput):
    """A date picker of the browser."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def _in_reach(on: Any) -> Any:
    """`on`, a day or a moment; days are counted on from it, which no calendar's last day bears."""
    if on is not None:
        try:
            typed.require_year(on)
        except Refusal as refusal:
            raise ValidationError(refusal.message, code="out_of_reach") from refusal
    return on


class DayField(forms.DateField):
    """A business day."""

    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        kwargs.setdefault("error_messages", {"invalid": gettext_lazy("Write a day as 2023-08-31.")})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        typed_in = typed.as_iso(value) if isinstance(value, str) else value
        return _in_reach(super().to_python(typed_in))


class InstantField(forms.DateTimeField):
    """A moment in Shanghai time, to the minute."""

    def __init__(self, *, widget: forms.Widget | None = None, **kwargs: Any) -> None:
        typed_in = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        errors = {"invalid": gettext_lazy("Write a moment as 2023-08-31 10:00.")}
        super().__init__(widget=widget or typed_in, error_messages=errors, **kwargs)

    def to_python(self, value: Any) -> Any:
        typed_in = typed.as_iso(value) if isinstance(value, str) else value
        return _in_reach(super().to_python(typed_in))
