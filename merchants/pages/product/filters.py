"""The filter above the list of products."""

import django_filters
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Category, Product
from merchants.marketplaces.kinds import StoreKind
from portal.ui.filters import FoundFilter, PortalFilter, choice_filter


class ProductFilter(PortalFilter):
    title = FoundFilter(label=_("Title, id or address"))
    kind = choice_filter("store__kind", StoreKind.choices, _("Kind"))
    category = django_filters.ModelChoiceFilter(
        queryset=Category.objects.all(), label=_("Category"), empty_label=_("All")
    )

    class Meta:
        model = Product
        fields: list[str] = []
