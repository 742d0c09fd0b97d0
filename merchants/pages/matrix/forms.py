"""What is asked of policy: under which programme, for which stores, where, and as of when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Category
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.openings.models import Programme
from portal import clock
from portal.ui.fields import InstantField


@dataclass(frozen=True)
class Side:
    """A programme and one of the kinds of store that it is about."""

    programme: Programme
    store_kind: StoreKind

    def __str__(self) -> str:
        return f"{self.programme} · {self.store_kind.label}"

    @property
    def code(self) -> str:
        return f"{self.programme.code}:{self.store_kind.value}"


def sides() -> dict[str, Side]:
    """All of them by code, in the order of programmes and kinds: one query."""
    found = [
        Side(programme, kind)
        for programme in Programme.objects.order_by("pk")
        for kind in StoreKind
        if kind in programme.store_kinds
    ]
    return {side.code: side for side in found}


class MatrixForm(forms.Form):
    """All may be left out: then it is the first programme, every placement, and now."""

    side = forms.ChoiceField(label=_("Programme"), required=False)
    placement = forms.ChoiceField(
        label=_("Placement"), required=False, choices=[("", _("All")), *Placement.choices]
    )
    at = InstantField(label=_("At the moment"), required=False, help_text=_("Shanghai time."))

    def __init__(self, asked: Mapping[str, Any]) -> None:
        self.known = sides()
        self.first = next(iter(self.known), "")
        super().__init__({"side": self.first, **{key: asked[key] for key in asked if asked[key]}})
        chosen: Any = self.fields["side"]
        chosen.choices = [(code, str(side)) for code, side in self.known.items()]

    @property
    def chosen(self) -> Side:
        return self.known[self.cleaned_data["side"]]

    @property
    def placements(self) -> list[Placement]:
        one = self.cleaned_data["placement"]
        return [Placement(one)] if one else list(Placement)


class CellForm(MatrixForm):
    """One place of it."""

    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.all(), to_field_name="code"
    )

    def __init__(self, asked: Mapping[str, Any]) -> None:
        super().__init__(asked)
        self.fields["placement"].required = True


def moment_of(form: MatrixForm) -> datetime:
    """As of when the valid form asks: now, where it does not say."""
    return form.cleaned_data["at"] or clock.now()
