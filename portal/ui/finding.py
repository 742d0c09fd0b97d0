"""A field for one row of very many: type, and choose among what is found.

A select with 100,000 options is megabytes of page. Here the page holds a few rows, the newest or
those found by what was typed, as radio buttons: with scripts they follow the typing, without them
the form comes back with what was found and all that was typed. What is chosen must be a row of the
field's queryset, as in a select.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from portal.ui import parts
from portal.ui.pages import Link

# So many rows are shown at a time.
MOST_SHOWN = 8
# The parameter of an address that asks a page for the rows of one of its fields.
SEEK = "seek"


@dataclass(frozen=True)
class Sought:
    """What came from a form: the key of the row that was chosen, and what was typed."""

    key: str = ""
    typed: str = ""

    def __str__(self) -> str:
        return self.key


class FoundField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row of `queryset`, whose QuerySet class has `found_by(text)`."""

    default_error_messages = {
        "choose": gettext_lazy("Choose one of these."),
        "nothing": gettext_lazy("Nothing like this was found. Try another word."),
    }

    def __init__(self, queryset: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(queryset, widget=FoundWidget, **kwargs)
        self._know_the_widget()

    def __deepcopy__(self, memo: dict[int, Any]) -> "FoundField":
        copied: FoundField = super().__deepcopy__(memo)
        copied._know_the_widget()
        return copied

    def _know_the_widget(self) -> None:
        self.widget.shown = self.shown
        self.widget.is_optional = not self.required

    def leads_to(self, way: Link) -> None:
        """Offer `way`, on which rows are made, as long as there is none to choose."""
        self.widget.way = way

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Sought):
            return value
        return Sought(str(super().prepare_value(value) or ""))

    def clean(self, value: Any) -> Any:
        sought = value if isinstance(value, Sought) else Sought(str(value or ""))
        if sought.typed and not self._fits(sought):
            found = self.shown(sought).rows
            raise ValidationError(self.error_messages["choose" if found else "nothing"])
        return super().clean(sought.key)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial)) != str(data)

    def shown(self, sought: Sought) -> "Shown":
        """A few rows: the chosen one, and those that the text finds or, without one, the first."""
        rows: Any = self.queryset
        chosen = [] if self._is_no_key(sought.key) else list(rows.filter(pk=sought.key))
        wanted = rows.found_by(sought.typed) if sought.typed else rows
        found = list(wanted.exclude(pk__in=[row.pk for row in chosen])[: MOST_SHOWN + 1])
        if sought.typed and chosen and not wanted.filter(pk=chosen[0].pk).exists():
            chosen = []
        rows_shown = [*chosen, *found[: MOST_SHOWN - len(chosen)]]
        labels = [(str(row.pk), self.label_from_instance(row)) for row in rows_shown]
        return Shown(labels, has_more=len(chosen) + len(found) > MOST_SHOWN)

    def _fits(self, sought: Sought) -> bool:
        """Whether the row that is chosen is one of those that the text finds."""
        if self._is_no_key(sought.key):
            return False
        found: QuerySet[Model] = self.queryset.found_by(sought.typed)  # type: ignore[union-attr]
        return found.filter(pk=sought.key).exists()

    def _is_no_key(self, key: str) -> bool:
        try:
            self.queryset.model._meta.pk.to_python(key)  # type: ignore[union-attr]
        except ValidationError:
            return True
        return not key or len(key) > 18


@dataclass(frozen=True)
class Shown:
    """Rows to choose among, as key and label; `has_more` says that there are others."""

    rows: list[tuple[str, str]]
    has_more: bool


class FoundWidget(forms.Widget):
    """A search box over radio buttons."""

    shown: Callable[[Sought], Shown]
    is_optional: bool
    way: Link | None = None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Sought:
        return Sought(str(data.get(name) or ""), str(data.get(f"{name}_typed") or "").strip())

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and f"{name}_typed" not in data

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        sought = value if isinstance(value, Sought) else Sought(str(value or ""))
        return render_to_string("portal/_found.html", self.context_of(name, sought, attrs or {}))

    def context_of(self, name: str, sought: Sought, attrs: dict[str, Any]) -> dict[str, object]:
        """What the templates of the field need."""
        return {
            "name": name,
            "sought": sought,
            "shown": self.shown(sought),
            "is_optional": self.is_optional,
            "way": self.way,
            "described_by": attrs.get("aria-describedby", ""),
            "is_invalid": bool(attrs.get("aria-invalid")),
            "seek": SEEK,
        }


def rows_asked(request: HttpRequest, form: forms.BaseForm) -> SafeString | None:
    """The rows of the field that `?seek=` names, as a part of a page that is being typed into; None
    when the whole page is asked for."""
    name = request.GET.get(SEEK, "")
    field = form.fields.get(name)
    if not isinstance(field, FoundField) or not parts.is_part(request) or request.method != "GET":
        return None
    sought = field.widget.value_from_datadict(request.GET, {}, name)
    return render_to_string("portal/_found_rows.html", field.widget.context_of(name, sought, {}))
