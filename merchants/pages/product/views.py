"""Products: a merchant's list, and the two ways to add one."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.catalogue import verbs as products
from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from merchants.pages.listing.tables import ListingTable
from merchants.pages.product.filters import ProductFilter
from merchants.pages.product.forms import ProductEditForm, ProductForm, ProductPasteForm
from merchants.pages.product.tables import ProductTable
from portal.accounts import versions
from portal.accounts.access import PortalRequest
from portal.shell import objects
from portal.ui.editing import carry
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@merchant_page("merchant.view")
def product_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    form = reverse("merchants:product-new", args=[merchant.code])
    paste = reverse("merchants:product-paste", args=[merchant.code])
    links = [
        Link(_("Fill in a form"), form, needs="product.edit", is_main=False),
        Link(_("Paste an address"), paste, icon="clipboard", needs="product.edit"),
    ]
    return table_page(
        request,
        ProductTable,
        Product.objects.filter(store__merchant=merchant)
        .select_related("store__merchant", "category")
        .order_by("-pk"),
        ProductFilter,
        head=Head(_("Products"), above=merchant.name, links=links),
        empty_link=Link(_("Paste a product address"), paste, needs="product.edit"),
        export_name="products",
    )


@merchant_page("product.edit")
def product_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    form = ProductForm(request.POST or None, merchant=merchant)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            product = products.add(**form.cleaned_data, by=request.user)
            messages.success(request, _("“%(product)s” is added.") % {"product": product})
            return redirect("merchants:product-list", merchant.code)
    return form_page(
        request,
        form,
        head=Head(_("Add a product"), above=merchant.name),
        submit=_("Add"),
        cancel_url=reverse("merchants:product-list", args=[merchant.code]),
    )


@merchant_page("product.edit")
def product_paste(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    form = ProductPasteForm(request.POST or None, merchant=merchant)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            product = products.add_by_address(merchant, **form.cleaned_data, by=request.user)
            messages.success(request, _("“%(product)s” is added.") % {"product": product})
            return redirect("merchants:product-list", merchant.code)
    return form_page(
        request,
        form,
        head=Head(_("Add a product by its address"), above=merchant.name),
        submit=_("Add"),
        cancel_url=reverse("merchants:product-list", args=[merchant.code]),
    )


def _find(merchant: Merchant, pk: int) -> Product:
    mine = Product.objects.filter(store__merchant=merchant)
    return get_object_or_404(mine.select_related("store__merchant__team", "category"), pk=pk)


@merchant_page("merchant.view")
def product_detail(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    product = _find(merchant, pk)
    return table_page(
        request,
        ListingTable,
        product.listings.select_related("merchant", "note", "product__store")
        .defer("note__text")
        .order_by("-pk"),
        template="merchants/product_detail.html",
        context={"product": product, **objects.context(request, product)},
    )


@merchant_page("product.edit")
def product_edit(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    product = _find(merchant, pk)
    shown = versions.shown(product, "title", "category", "price_fen", "is_available")
    form = ProductEditForm(request.POST or None, initial=shown)
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            products.edit(product, **form.cleaned_data, by=request.user)
            messages.success(request, _("Saved."))
            return redirect("merchants:product-detail", merchant.code, product.pk)
    return form_page(
        request,
        form,
        head=Head(_("Change the product"), above=merchant.name),
        cancel_url=reverse("merchants:product-detail", args=[merchant.code, product.pk]),
        template="merchants/product_edit.html",
        context={"product": product},
    )
