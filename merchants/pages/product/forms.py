"""What people type about products. Forms clean; the verbs decide."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from merchants.companies.models import Merchant
from merchants.pages.fields import CategoryField
from merchants.stores.models import Store
from portal.ui.fields import LineField, YuanField
from portal.ui.finding import FoundField
from portal.ui.pages import Link


class ProductForm(forms.Form):
    store = FoundField(label=_("Store"), queryset=Store.objects.none())
    external_id = LineField(
        label=_("Product id"), max_length=80, help_text=_("As it appears in order files.")
    )
    title = LineField(label=_("Title"), max_length=200)
    category = CategoryField()
    price_fen = YuanField(
        label=_("Price in yuan"), required=False, help_text=_("Empty when unknown.")
    )

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stores = merchant.stores.order_by("pk")
        field: Any = self.fields["store"]
        field.queryset = stores
        new = reverse("merchants:store-new", args=[merchant.code])
        field.leads_to(Link(str(_("Register a store")), new))


class ProductPasteForm(ProductForm):
    url = LineField(
        label=_("Product address"),
        max_length=2000,
        help_text=_(
            "The page of one product at Taobao, Tmall, JD or Vipshop, copied from the browser."
        ),
    )
    external_id = None  # type: ignore[assignment]
    field_order = ("url", "title", "category", "price_fen", "store")

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, merchant=merchant, **kwargs)
        self.fields["store"].required = False
        self.fields["store"].help_text = _("Only needed when you have several there.")


class ProductEditForm(forms.Form):
    title = LineField(label=_("Title"), max_length=200)
    category = CategoryField(
        help_text=_(
            "Where another one is not open, boosts of notes that link to nothing else end within "
            "minutes."
        )
    )
    price_fen = YuanField(
        label=_("Price in yuan"), required=False, help_text=_("Empty when unknown.")
    )
    is_available = forms.BooleanField(
        label=_("Available"),
        required=False,
        help_text=_(
            "Without the tick nobody can buy it, and boosts of notes that link to nothing else end "
            "within minutes."
        ),
    )
