"""The filter above the list of rule changes."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Category
from merchants.openings.models import Opening, OpeningState, Programme
from merchants.rulechanges.models import ChangeStatus, RuleChange
from portal.ui.filters import PortalFilter, choice_filter


class RuleChangeFilter(PortalFilter):
    programme = django_filters.ModelChoiceFilter(
        queryset=Programme.objects.order_by("pk"),
        label=_("Programme"),
        empty_label=_("All"),
        method="with_line",
    )
    category = django_filters.ModelChoiceFilter(
        queryset=Category.objects.all(),
        label=_("Category"),
        empty_label=_("All"),
        method="with_line",
    )
    state = django_filters.ChoiceFilter(
        choices=OpeningState.choices, label=_("Rule"), empty_label=_("All"), method="with_line"
    )
    status = choice_filter("status", ChangeStatus.choices, _("Signature"))

    class Meta:
        model = RuleChange
        fields: list[str] = []

    def with_line(self, rows: Any, name: str, value: Any) -> Any:
        """Changes of which a line is of this programme, category or state."""
        lines = Opening.objects.filter(change=OuterRef("pk"), **{name: value})
        return rows.filter(Exists(lines))
