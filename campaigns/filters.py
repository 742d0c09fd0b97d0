"""Filters above the lists of this app."""

import django_filters
from django.utils.translation import gettext_lazy as _

from campaigns.models.boost import Boost, BoostStatus, Objective
from campaigns.models.ledger import Transfer, TransferReason
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


class TransferFilter(PortalFilter):
    reason = django_filters.ChoiceFilter(choices=TransferReason.choices, label=_("What"))

    class Meta:
        model = Transfer
        fields: list[str] = []
