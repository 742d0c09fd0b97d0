"""Filters of the audit pages."""

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.accounts import acts
from portal.accounts.models import AuditEntry
from portal.ui.filters import DayFilter, PortalFilter, WordsFilter


class AuditFilter(PortalFilter):
    verb = django_filters.ChoiceFilter(choices=acts.choices, label=_("What"), empty_label=_("All"))
    label = WordsFilter("label", label=_("On what"))
    since = DayFilter("at__date", lookup_expr="gte", label=_("From"))
    until = DayFilter("at__date", lookup_expr="lte", label=_("Until"))

    class Meta:
        model = AuditEntry
        fields = ()
