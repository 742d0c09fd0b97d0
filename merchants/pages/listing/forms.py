"""What people type about listings. Forms clean; the verbs decide."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.notes.models import Note
from merchants.pages.fields import NoteField
from portal.ui.finding import FoundField
from portal.ui.pages import Link


class ListingEditForm(forms.Form):
    fallback = FoundField(
        label=_("Fallback"),
        queryset=Product.objects.none(),
        required=False,
        help_text=_("The in-app product readers see while the way outside is closed."),
    )
    has_ad_label = forms.BooleanField(
        label=_("The note carries the ad label “广告”"), required=False
    )

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_app = _products(merchant).filter(store__kind=StoreKind.IN_APP)
        self.fields["fallback"].queryset = in_app  # type: ignore[attr-defined]


class _ProductField(FoundField):
    """A product, shown with where it is sold."""

    def label_from_instance(self, obj: Product) -> str:
        return f"{obj.title} · {obj.store.get_kind_display()}"


class ListingForm(ListingEditForm):
    note = NoteField(label=_("Note"), queryset=Note.objects.none())
    product = _ProductField(label=_("Product"), queryset=Product.objects.none())
    placement = forms.ChoiceField(label=_("Placement"), choices=Placement.choices)
    field_order = ("note", "product", "placement", "fallback", "has_ad_label")

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, merchant=merchant, **kwargs)
        note: Any = self.fields["note"]
        product: Any = self.fields["product"]
        note.queryset = merchant.notes.order_by("-published_at", "-pk")
        note.leads_to(_way(_("How notes get here"), "note-list", merchant))
        product.queryset = _products(merchant)
        product.leads_to(_way(_("Add a product"), "product-paste", merchant))


def _way(label: object, page: str, merchant: Merchant) -> Link:
    return Link(str(label), reverse(f"merchants:{page}", args=[merchant.code]))


def _products(merchant: Merchant) -> QuerySet[Product]:
    return Product.objects.filter(store__merchant=merchant).select_related("store").order_by("-pk")
