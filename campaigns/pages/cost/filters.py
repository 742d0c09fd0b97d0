"""The filter above the list of costs."""

import django_filters
from django.utils.translation import gettext_lazy as _

from campaigns.costs.models import Channel, Cost, CostKind
from portal.ui.filters import DayFilter, FoundFilter, PortalFilter


class CostFilter(PortalFilter):
    about = FoundFilter(label=_("Note, boost, campaign or number"))
    channel = django_filters.ChoiceFilter(choices=Channel.choices, label=_("Channel"))
    kind = django_filters.ChoiceFilter(choices=CostKind.choices, label=_("Kind of cost"))
    first_on = DayFilter(field_name="on", lookup_expr="gte", label=_("First day"))
    last_on = DayFilter(field_name="on", lookup_expr="lte", label=_("Last day"))

    class Meta:
        model = Cost
        fields: list[str] = []
