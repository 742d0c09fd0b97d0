"""The filter form above a table."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from portal import clock, sought
from portal.ui import fields


class PortalFilter(django_filters.FilterSet):
    """Subclass it with django-filter fields; it is shown above the table, collapsed on phones.

    A condition that cannot be read finds nothing, and the empty list says which it was.
    """

    @property
    def qs(self) -> "QuerySet[Any]":
        rows: QuerySet[Any] = self.queryset.none() if self.mistakes else super().qs
        return rows

    @property
    def is_narrowed(self) -> bool:
        """Whether the address narrows the list, so that “no rows” means “none like this”."""
        return any(self.data.get(name) for name in self.form.fields)

    @property
    def mistakes(self) -> list[tuple[str, str]]:
        """The label of each condition that cannot be read, and what is wrong with it."""
        return [(str(field.label), " ".join(field.errors)) for field in self.form if field.errors]

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What narrows the list, in words: each label and what was chosen or typed."""
        return in_words(self.form)

    @property
    def shown(self) -> list[BoundField]:
        """The bound fields of the form, in order."""
        return list(self.form)


class FoundFilter(django_filters.CharFilter):
    """Rows as their room finds them: by words, a pasted address or link, a code."""

    field_class = fields.LineField

    def filter(self, qs: Any, value: str) -> Any:
        return qs.found_by(value) if value else qs


class WordsFilter(django_filters.CharFilter):
    """Rows in which each word that was typed stands in the field."""

    field_class = fields.LineField

    def filter(self, qs: Any, value: str) -> Any:
        return qs.filter(sought.holding(value, self.field_name)) if value else qs


class DayFilter(django_filters.DateFilter):
    """A day, in any writing that a form takes."""

    field_class = fields.DayField


class SinceFilter(DayFilter):
    """Moments of the day or later: a range, which an index finds, where `__date` finds none."""

    def filter(self, qs: Any, value: date | None) -> Any:
        return qs.filter(**{f"{self.field_name}__gte": clock.start_of(value)}) if value else qs


class UntilFilter(DayFilter):
    """Moments of the day or earlier."""

    def filter(self, qs: Any, value: date | None) -> Any:
        if not value:
            return qs
        over = clock.start_of(value) + timedelta(days=1)
        return qs.filter(**{f"{self.field_name}__lt": over})


def in_words(form: forms.BaseForm) -> list[tuple[str, str]]:
    """What a form asks, as it is printed: the label of each field and its value in words."""
    asked = []
    for bound in form:
        if not (value := str(bound.value() or "")):
            continue
        choices = getattr(bound.field, "choices", ())
        said = next((str(label) for key, label in choices if str(key) == value), value)
        asked.append((str(bound.label), said))
    return asked


def choice_filter(field: str, choices: object, label: object) -> django_filters.ChoiceFilter:
    """Rows whose `field` is the chosen one; all when nothing is chosen."""
    return django_filters.ChoiceFilter(
        field_name=field, choices=choices, label=label, empty_label=_("All")
    )
