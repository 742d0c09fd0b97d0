"""Form fields that several pages share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Category
from merchants.notes.models import Note
from portal.accounts.models import User
from portal.ui.finding import FoundField


class CategoryField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A category, shown with what it lies in."""

    def __init__(self, **kwargs: Any) -> None:
        categories = Category.objects.select_related("parent")
        super().__init__(queryset=categories, label=_("Category"), **kwargs)

    def label_from_instance(self, obj: Category) -> str:
        return f"{obj.parent} / {obj}" if obj.parent else str(obj)


class NoteField(FoundField):
    """A note, shown with its author."""

    def label_from_instance(self, obj: Note) -> str:
        return f"{obj.title} · {obj.author_name}"


class AccountManagerField(FoundField):
    """Who may look after a merchant."""

    def __init__(self, **kwargs: Any) -> None:
        managers = User.objects.account_managers()
        super().__init__(queryset=managers.order_by("name"), label=_("Account manager"), **kwargs)
