"""The filter above the list of boosts."""

import django_filters
from django.utils.translation import gettext_lazy as _

from campaigns.boosts.models import Boost, BoostStatus, Objective
from portal.ui.filters import PortalFilter


class BoostFilter(PortalFilter):
    note = django_filters.CharFilter(
        field_name="note__title", lookup_expr="icontains", label=_("Note contains")
    )
    status = django_filters.ChoiceFilter(choices=BoostStatus.choices, label=_("Status"))
    objective = django_filters.ChoiceFilter(choices=Objective.choices, label=_("Objective"))

    class Meta:
        model = Boost
        fields: list[str] = []
