"""The filter above the list of products."""

import django_filters
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Category, Product
from merchants.marketplaces.kinds import StoreKind
from portal.ui.filters import PortalFilter, choice_filter, words_filter


class ProductFilter(PortalFilter):
    title = words_filter("title", _("Title contains"))
    kind = choice_filter("store__kind", StoreKind.choices, _("Kind"))
    category = django_filters.ModelChoiceFilter(
        queryset=Category.objects.all(), label=_("Category"), empty_label=_("All")
    )

    class Meta:
        model = Product
        fields: list[str] = []
