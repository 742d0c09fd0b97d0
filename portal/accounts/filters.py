"""Filters of the audit pages."""

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.accounts import acts
from portal.accounts.models import AuditEntry
from portal.ui.filters import PortalFilter
from portal.ui.forms import DayInput


class AuditFilter(PortalFilter):
    verb = django_filters.ChoiceFilter(choices=acts.choices, label=_("What"), empty_label=_("All"))
    label = django_filters.CharFilter(lookup_expr="icontains", label=_("On what"))
    since = django_filters.DateFilter(
        "at__date", lookup_expr="gte", label=_("From"), widget=DayInput
    )
    until = django_filters.DateFilter(
        "at__date", lookup_expr="lte", label=_("Until"), widget=DayInput
    )

    class Meta:
        model = AuditEntry
        fields = ()
