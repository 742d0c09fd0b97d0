"""What people type. Forms clean; the verbs decide."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.models.category import Category
from merchants.models.merchant import Merchant
from merchants.models.note import Note
from merchants.models.opening import OpeningState
from merchants.models.placement import Placement
from merchants.models.product import Product
from merchants.models.programme import Programme
from merchants.models.store import Store, StoreKind
from portal.accounts.models import PlatformRole, User
from portal.ui.forms import YuanField


class CategoryField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A category, shown with what it lies in."""

    def __init__(self, **kwargs: Any) -> None:
        categories = Category.objects.select_related("parent")
        super().__init__(queryset=categories, label=_("Category"), **kwargs)

    def label_from_instance(self, obj: Category) -> str:
        return f"{obj.parent} / {obj}" if obj.parent else str(obj)


class MerchantForm(forms.Form):
    name = forms.CharField(label=_("Company name"), max_length=120)
    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        max_length=40,
        help_text=_("18 characters, as on the business licence."),
    )


class StoreForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=StoreKind.choices)
    name = forms.CharField(label=_("Name"), max_length=120)
    external_id = forms.CharField(
        label=_("Store id"), max_length=80, help_text=_("As it appears in order files.")
    )
    url = forms.CharField(
        label=_("Store address"),
        max_length=500,
        required=False,
        help_text=_(
            "For stores on a marketplace, for instance https://brand.tmall.com/ or "
            "https://mall.jd.com/index-1000001.html. Empty for the in-app shop."
        ),
    )


class ProductForm(forms.Form):
    store = forms.ModelChoiceField(label=_("Store"), queryset=Store.objects.none())
    external_id = forms.CharField(
        label=_("Product id"), max_length=80, help_text=_("As it appears in order files.")
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    category = CategoryField()
    price_fen = YuanField(
        label=_("Price in yuan"), required=False, help_text=_("Empty when unknown.")
    )

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stores = merchant.stores.order_by("pk")
        self.fields["store"].queryset = stores  # type: ignore[attr-defined]


class ProductPasteForm(ProductForm):
    url = forms.CharField(
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
    title = forms.CharField(label=_("Title"), max_length=200)
    category = CategoryField()
    price_fen = YuanField(
        label=_("Price in yuan"), required=False, help_text=_("Empty when unknown.")
    )
    is_available = forms.BooleanField(label=_("Available"), required=False)


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


class InstantField(forms.DateTimeField):
    """A moment in Shanghai time, to the minute."""

    widget = forms.DateTimeInput

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        errors = {"invalid": _("Write a moment as 2023-08-31 10:00.")}
        super().__init__(widget=widget, error_messages=errors, **kwargs)


class OpeningForm(forms.Form):
    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.order_by("pk")
    )
    category = CategoryField(help_text=_("What lies in it follows, unless it has its own rule."))
    placement = forms.ChoiceField(label=_("Placement"), choices=Placement.choices)
    store_kind = forms.ChoiceField(
        label=_("Store kind"),
        choices=[choice for choice in StoreKind.choices if choice[0] != StoreKind.IN_APP],
    )
    state = forms.ChoiceField(label=_("Rule"), choices=OpeningState.choices)
    effective_at = InstantField(
        label=_("In force from"), initial=timezone.now, help_text=_("Shanghai time.")
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea({"rows": 3}))


class ApplicationForm(forms.Form):
    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.order_by("pk")
    )
    category = CategoryField()
    document = forms.FileField(
        label=_("Document"),
        help_text=_(
            "Brand authorisation or licence as PDF, PNG or JPEG, at most 10 MB. Only you and the "
            "platform can open it."
        ),
    )


class ResubmitForm(forms.Form):
    document = forms.FileField(
        label=_("Corrected document"), help_text=_("PDF, PNG or JPEG, at most 10 MB.")
    )


class ReviewForm(forms.Form):
    """A decision; every one but the first needs a reason."""

    def __init__(self, *args: Any, decisions: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"] = forms.ChoiceField(
            label=_("Decision"), choices=decisions, widget=forms.RadioSelect
        )
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            required=False,
            widget=forms.Textarea({"rows": 3}),
            help_text=_("The merchant reads it. Needed unless you say yes."),
        )


class MerchantReviewForm(ReviewForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        managers = User.objects.filter(platform_role=PlatformRole.ACCOUNT_MANAGER, is_active=True)
        self.fields["account_manager"] = forms.ModelChoiceField(
            label=_("Account manager"), queryset=managers.order_by("name"), required=False
        )
