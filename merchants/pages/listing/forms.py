"""What people type about listings. Forms clean; the verbs decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.notes.models import Note


class ListingEditForm(forms.Form):
    fallback = forms.ModelChoiceField(
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
        products = Product.objects.filter(store__merchant=merchant)
        self.fields["fallback"].queryset = products.filter(  # type: ignore[attr-defined]
            store__kind=StoreKind.IN_APP
        )


class _ProductField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A product, shown with where it is sold."""

    def label_from_instance(self, obj: Product) -> str:
        return f"{obj.title} · {obj.store.get_kind_display()}"


class ListingForm(ListingEditForm):
    note = forms.ModelChoiceField(label=_("Note"), queryset=Note.objects.none())
    product = _ProductField(label=_("Product"), queryset=Product.objects.none())
    placement = forms.ChoiceField(label=_("Placement"), choices=Placement.choices)
    field_order = ("note", "product", "placement", "fallback", "has_ad_label")

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, merchant=merchant, **kwargs)
        notes = merchant.notes.order_by("-published_at")
        products = Product.objects.filter(store__merchant=merchant).select_related("store")
        self.fields["note"].queryset = notes  # type: ignore[attr-defined]
        self.fields["product"].queryset = products  # type: ignore[attr-defined]
