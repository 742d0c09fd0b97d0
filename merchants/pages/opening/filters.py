"""The filter above the list of openings."""

import django_filters
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Category
from merchants.openings.models import (
    Opening,
    OpeningState,
    OpeningStatus,
    Programme,
)
from portal.ui.filters import PortalFilter, choice_filter


class OpeningFilter(PortalFilter):
    programme = django_filters.ModelChoiceFilter(
        queryset=Programme.objects.order_by("pk"), label=_("Programme"), empty_label=_("All")
    )
    category = django_filters.ModelChoiceFilter(
        queryset=Category.objects.all(), label=_("Category"), empty_label=_("All")
    )
    state = choice_filter("state", OpeningState.choices, _("Rule"))
    status = choice_filter("status", OpeningStatus.choices, _("Signature"))

    class Meta:
        model = Opening
        fields: list[str] = []
