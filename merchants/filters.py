"""The filters above the lists of this app."""

import django_filters
from django.utils.translation import gettext_lazy as _

from merchants.models.application import ApplicationStatus, OpeningApplication
from merchants.models.category import Category
from merchants.models.listing import Listing, ListingStatus
from merchants.models.merchant import Merchant, MerchantStatus
from merchants.models.note import Note, NoteKind
from merchants.models.opening import Opening, OpeningState, OpeningStatus
from merchants.models.placement import Placement
from merchants.models.product import Product
from merchants.models.programme import Programme
from merchants.models.store import Store, StoreKind, StoreStatus
from portal.ui.filters import PortalFilter


def _words(field: str, label: object) -> django_filters.CharFilter:
    return django_filters.CharFilter(field_name=field, lookup_expr="icontains", label=label)


def _choice(field: str, choices: object, label: object) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(
        field_name=field, choices=choices, label=label, empty_label=_("All")
    )


class StoreFilter(PortalFilter):
    name = _words("name", _("Name contains"))
    kind = _choice("kind", StoreKind.choices, _("Kind"))
    status = _choice("status", StoreStatus.choices, _("Status"))

    class Meta:
        model = Store
        fields: list[str] = []


class ProductFilter(PortalFilter):
    title = _words("title", _("Title contains"))
    kind = _choice("store__kind", StoreKind.choices, _("Kind"))
    category = django_filters.ModelChoiceFilter(
        queryset=Category.objects.all(), label=_("Category"), empty_label=_("All")
    )

    class Meta:
        model = Product
        fields: list[str] = []


class NoteFilter(PortalFilter):
    title = _words("title", _("Title contains"))
    kind = _choice("kind", NoteKind.choices, _("Kind"))

    class Meta:
        model = Note
        fields: list[str] = []


class ListingFilter(PortalFilter):
    product = _words("product__title", _("Product contains"))
    status = _choice("status", ListingStatus.choices, _("Status"))
    placement = _choice("placement", Placement.choices, _("Placement"))

    class Meta:
        model = Listing
        fields: list[str] = []


class MerchantFilter(PortalFilter):
    name = _words("name", _("Name contains"))
    status = _choice("status", MerchantStatus.choices, _("Status"))

    class Meta:
        model = Merchant
        fields: list[str] = []


class ApplicationFilter(PortalFilter):
    merchant = _words("merchant__name", _("Merchant contains"))
    status = _choice("status", ApplicationStatus.choices, _("Status"))

    class Meta:
        model = OpeningApplication
        fields: list[str] = []


class OpeningFilter(PortalFilter):
    programme = django_filters.ModelChoiceFilter(
        queryset=Programme.objects.order_by("pk"), label=_("Programme"), empty_label=_("All")
    )
    category = django_filters.ModelChoiceFilter(
        queryset=Category.objects.all(), label=_("Category"), empty_label=_("All")
    )
    state = _choice("state", OpeningState.choices, _("Rule"))
    status = _choice("status", OpeningStatus.choices, _("Signature"))

    class Meta:
        model = Opening
        fields: list[str] = []
