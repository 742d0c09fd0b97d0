"""Filters of the audit pages."""

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.accounts import acts
from portal.accounts.models import AuditEntry
from portal.ui.filters import PortalFilter, SinceFilter, UntilFilter, WordsFilter


class AuditFilter(PortalFilter):
    verb = django_filters.ChoiceFilter(choices=acts.choices, label=_("What"), empty_label=_("All"))
    label = WordsFilter("label", label=_("On what"))
    since = SinceFilter("at", label=_("From"))
    until = UntilFilter("at", label=_("Until"))

    class Meta:
        model = AuditEntry
        fields = ()
