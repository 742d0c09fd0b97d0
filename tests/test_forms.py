"""What people type into any form or filter is taken as they mean it."""

from collections.abc import Iterator
from typing import Any

import django_filters
import pytest
from django import forms
from django.urls import get_resolver

from portal.ui import fields
from portal.ui.filters import PortalFilter

OURS = ("portal.", "merchants.", "campaigns.", "reports.", "demo.")
# Fields whose text is compared with a list, parsed, or has a cleaning of its own.
CLEANING = (
    fields.LineField, fields.CodeField, fields.MailField, fields.CountField, fields.YuanField,
    fields.DayField, fields.InstantField, fields.ShareField,
)  # fmt: skip
CHOSEN = (forms.ChoiceField, forms.ModelChoiceField, forms.BooleanField, forms.FileField,
          forms.UUIDField)  # fmt: skip


def below(parent: type[Any]) -> Iterator[type[Any]]:
    for child in parent.__subclasses__():
        yield child
        yield from below(child)


def typed_fields(*, of_filters: bool = True) -> list[Any]:
    """Every field of every form and, if wanted, filter of the project."""
    assert get_resolver().url_patterns  # which imports all pages
    found = []
    for form in below(forms.BaseForm):
        if form.__module__.startswith(OURS):
            brought = _fields_of_libraries(form)
            own = {name: of for name, of in form.base_fields.items() if name not in brought}
            found += [(form, name, field) for name, field in own.items()]
    for filterset in below(PortalFilter) if of_filters else ():
        base: dict[str, django_filters.Filter] = filterset.base_filters
        found += [(filterset, name, each.field_class(**_bare(each))) for name, each in base.items()]
    return [pytest.param(field, id=f"{form.__name__}.{name}") for form, name, field in found]


def _fields_of_libraries(form: type[Any]) -> set[str]:
    """The fields that a form has from one of allauth's; ours swaps addresses and codes in it."""
    theirs = [base for base in form.__mro__ if not base.__module__.startswith(OURS)]
    return {name for base in theirs for name in getattr(base, "base_fields", {})}


def _bare(each: django_filters.Filter) -> dict[str, Any]:
    is_of_rows = isinstance(each, django_filters.ModelChoiceFilter)
    return {"queryset": each.extra["queryset"]} if is_of_rows else {}


@pytest.mark.parametrize("field", typed_fields())
def test_every_field_takes_what_is_typed_as_it_is_meant(field: forms.Field) -> None:
    assert isinstance(field, CLEANING + CHOSEN)
    assert not isinstance(field.widget, forms.NumberInput), "a mouse wheel would change it"


@pytest.mark.parametrize("field", typed_fields(of_filters=False))
def test_no_text_that_is_kept_is_longer_than_its_column(field: Any) -> None:
    is_text = isinstance(field, forms.CharField) and not isinstance(field, forms.UUIDField)
    if is_text and not isinstance(field.widget, forms.HiddenInput):
        assert field.max_length


def test_a_bare_text_field_is_noticed() -> None:
    for bare in (forms.CharField(), forms.DecimalField(), forms.DateField(), forms.SlugField()):
        assert not isinstance(bare, CLEANING + CHOSEN)


@pytest.mark.parametrize("field", [fields.LineField(), fields.ProseField(), fields.IdField()])
@pytest.mark.parametrize("typed", ["\u200b", "\u3000\n", "\u2800\ufeff"])
def test_what_cannot_be_seen_is_empty(field: forms.Field, typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="required"):
        field.clean(typed)


def test_amounts_and_days_come_back_in_our_units() -> None:
    assert fields.YuanField().clean("￥1,000.50元") == 100_050
    assert fields.YuanField(required=False).clean(" \u200b") is None
    assert str(fields.DayField().clean("2026年11月28日")) == "2026-11-28"
    assert fields.CountField().clean("７\u200b") == 7
    assert fields.MailField().clean(" Ａlice@Example.com\u200b") == "alice@example.com"
    assert fields.CodeField().clean("Ｒed-Cat") == "red-cat"


@pytest.mark.parametrize("typed", ["1e3", "-1", "0", "1.005", "1,5", "100000000000"])
def test_an_amount_that_is_none_is_told_at_the_field(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        fields.YuanField().clean(typed)


@pytest.mark.parametrize("year", ["0001", "1899", "3000", "9999"])
def test_no_day_and_no_moment_lies_where_nothing_can_be_counted_from_it(year: str) -> None:
    for field, text in (
        (fields.DayField(), f"{year}-12-31"),
        (fields.InstantField(), f"{year}-01-01 00:00"),
    ):
        with pytest.raises(forms.ValidationError, match="The year is from 1900 to 2999"):
            field.clean(text)
