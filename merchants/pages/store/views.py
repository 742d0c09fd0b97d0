"""Stores: a merchant's own list and forms, and the platform's list of all."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from merchants.pages.product.tables import ProductTable
from merchants.pages.store.filters import StoreFilter
from merchants.pages.store.forms import StoreForm
from merchants.pages.store.tables import StoreDirectoryTable, StoreTable
from merchants.stores import verbs as stores
from merchants.stores.models import Store
from portal.accounts import versions
from portal.accounts.access import PortalRequest, platform_page
from portal.shell import objects
from portal.ui.editing import carry
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.ui.views import table_page


@merchant_page("merchant.view")
def store_list(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    new = reverse("merchants:store-new", args=[merchant.code])
    register = Link(_("Register a store"), new, needs="store.register")
    return table_page(
        request,
        StoreTable,
        merchant.stores.for_list().order_by("pk"),
        StoreFilter,
        head=Head(_("Stores"), above=merchant.name, links=[register]),
        empty_link=register,
        export_name="stores",
    )


@merchant_page("store.register")
def store_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    form = StoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            store = stores.register(merchant, **form.cleaned_data, by=request.user)
            messages.success(request, _("Registered. The platform verifies it and tells you."))
            return redirect("merchants:store-detail", merchant.code, store.pk)
    return form_page(
        request,
        form,
        head=Head(_("Register a store"), above=merchant.name),
        submit=_("Register"),
        cancel_url=reverse("merchants:store-list", args=[merchant.code]),
    )


@merchant_page("merchant.view")
def store_detail(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    store = get_object_or_404(merchant.stores, pk=pk)
    return table_page(
        request,
        ProductTable,
        store.products.select_related("store__merchant", "category").order_by("-pk"),
        template="merchants/store_detail.html",
        context={"store": store, **objects.context(request, store)},
    )


@merchant_page("store.register")
def store_edit(request: PortalRequest, merchant: Merchant, pk: int) -> HttpResponseBase:
    store = get_object_or_404(merchant.stores, pk=pk)
    shown = versions.shown(store, "name", "external_id", "url")
    form = StoreForm(request.POST or None, initial=shown)
    del form.fields["kind"]
    carry(form)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            stores.register_again(store, **form.cleaned_data, by=request.user)
            messages.success(request, _("Handed in again."))
            return redirect("merchants:store-detail", merchant.code, store.pk)
    return form_page(
        request,
        form,
        head=Head(_("Correct the store"), above=merchant.name),
        submit=_("Hand in again"),
        cancel_url=reverse("merchants:store-detail", args=[merchant.code, store.pk]),
        template="merchants/store_edit.html",
        context={"store": store},
    )


@platform_page("store.verify")
def store_directory(request: PortalRequest) -> HttpResponseBase:
    return table_page(
        request,
        StoreDirectoryTable,
        Store.objects.visible_to(request.user).select_related("merchant").order_by("-created_at"),
        StoreFilter,
        head=Head(_("Stores"), above=_("Platform")),
    )
