"""What people type about rule changes. Forms clean; the verbs decide."""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.openings.models import OpeningState, Programme
from merchants.rulechanges.models import Grandfather
from merchants.rulechanges.verbs import MOST_EVIDENCE
from portal import clock
from portal.refusals import MOST_REASON
from portal.ui.fields import DayField, InstantField, LineField, ProseField

# Characters of a list of merchants.
MOST_NAMED = 20_000


class CategoriesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Any of the tree, each shown with what it lies in."""

    widget = forms.CheckboxSelectMultiple
    tree: Mapping[int, Category] = {}

    def label_from_instance(self, obj: Category) -> str:
        return " / ".join(str(one) for one in reversed(self.tree[obj.pk].lineage()))


def _boxes(label: Any, choices: Iterable[tuple[str, Any]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple
    )


class ReadForm(forms.Form):
    """Beside it stands what it does; `seen` is the name of what its author has read of that."""

    seen = LineField(max_length=64, required=False, widget=forms.HiddenInput)

    def show(self, seen: str) -> None:
        """Carry the name of what is shown beside the form."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["seen"] = seen  # type: ignore[index]


class RuleChangeForm(ReadForm):
    """A change."""

    programmes = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Programmes"),
        queryset=Programme.objects.order_by("pk"),
        widget=forms.CheckboxSelectMultiple,
    )
    categories = CategoriesField(
        label=gettext_lazy("Categories"),
        queryset=Category.objects.all(),
        help_text=gettext_lazy("What lies in it follows, unless it has its own rule."),
    )
    placements = _boxes(gettext_lazy("Placements"), Placement.choices)
    store_kinds = _boxes(
        gettext_lazy("Store kinds"),
        [choice for choice in StoreKind.choices if choice[0] != StoreKind.IN_APP],
    )
    state = forms.ChoiceField(label=gettext_lazy("Rule"), choices=OpeningState.choices)
    effective_at = InstantField(
        label=gettext_lazy("In force from"),
        initial=clock.now,
        help_text=gettext_lazy("Shanghai time."),
    )
    last_on = DayField(
        label=pgettext_lazy("of a closing", "Last day"),
        required=False,
        help_text=gettext_lazy(
            "Of what is closing: what is live leads on through this day, nothing new goes live."
        ),
    )
    merchants = ProseField(
        label=gettext_lazy("Merchants of the pilot"),
        required=False,
        max_length=MOST_NAMED,
        help_text=gettext_lazy("A line each: the code of a merchant, or its credit code."),
    )
    expires_at = InstantField(
        label=gettext_lazy("Ends"),
        required=False,
        help_text=gettext_lazy("Then what decided before decides again. Empty: it does not end."),
    )
    grandfather = forms.ChoiceField(
        label=gettext_lazy("What was there before"), choices=Grandfather.choices
    )
    grandfather_until = InstantField(label=gettext_lazy("Stays until"), required=False)
    kept = CategoriesField(
        label=gettext_lazy("Below it, these have rules of their own"),
        queryset=Category.objects.none(),
        required=False,
        help_text=gettext_lazy("They fall with the branch unless you keep them."),
    )
    reason = ProseField(label=gettext_lazy("Reason"), max_length=MOST_REASON)
    evidence = ProseField(
        label=gettext_lazy("Evidence"), max_length=MOST_EVIDENCE, required=False, rows=5
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].tree = Category.objects.as_tree()  # type: ignore[attr-defined]
        self.offer_to_keep(self.data.getlist("kept") if hasattr(self.data, "getlist") else ())

    def offer_to_keep(self, categories: Iterable[Any]) -> None:
        """The boxes of what would fall; none, and there is no such field."""
        asked = [pk for pk in categories if str(pk).isdecimal() and len(str(pk)) < 19]
        self.fields.pop("kept", None)
        if asked:
            boxes = copy.deepcopy(self.base_fields["kept"])
            boxes.tree = self.fields["categories"].tree  # type: ignore[attr-defined]
            boxes.queryset = Category.objects.filter(pk__in=asked)  # type: ignore[attr-defined]
            self.fields["kept"] = boxes
            self.order_fields(list(self.base_fields))

    def clean_merchants(self) -> list[Merchant]:
        """The merchants named, each once. Raises ValidationError with the line that names none."""
        named = [line.strip() for line in self.cleaned_data["merchants"].splitlines()]
        named = list(dict.fromkeys(filter(None, named)))
        rows = Merchant.objects.filter(Q(code__in=named) | Q(credit_code__in=named))
        known = {key: row for row in rows for key in (row.code, row.credit_code)}
        if unknown := next((name for name in named if name not in known), ""):
            raise ValidationError(
                _("“%(name)s” is the code of no merchant.") % {"name": unknown}, code="unknown"
            )
        return list(dict.fromkeys(known[name] for name in named))


class RollbackForm(ReadForm):
    """Why a change is taken back."""

    reason = ProseField(label=gettext_lazy("Reason"), max_length=MOST_REASON)

    def show(self, seen: str) -> None:
        """Say, too, that it is new."""
        super().show(seen)
        self.add_error(
            None,
            _("What it does is another since you opened this page. Read it, then propose."),
        )
