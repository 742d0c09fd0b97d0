"""The filter above the list of boosts."""

import django_filters
from django.utils.translation import gettext_lazy as _

from campaigns.boosts.models import Boost, BoostStatus, Objective
from portal.ui.filters import FoundFilter, PortalFilter


class BoostFilter(PortalFilter):
    note = FoundFilter(label=_("Note or id"))
    status = django_filters.ChoiceFilter(choices=BoostStatus.choices, label=_("Status"))
    objective = django_filters.ChoiceFilter(choices=Objective.choices, label=_("Objective"))

    class Meta:
        model = Boost
        fields: list[str] = []
