"""The lists of this app."""

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from merchants.models.application import OpeningApplication
from merchants.models.listing import Listing
from merchants.models.merchant import Merchant
from merchants.models.note import Note
from merchants.models.opening import Opening
from merchants.models.product import Product
from merchants.models.store import Store
from merchants.offers import Offer
from portal.ui.columns import CountColumn, InstantColumn, MoneyColumn, StatusColumn
from portal.ui.formats import status_badge
from portal.ui.tables import PortalTable

NOWRAP = {"td": {"class": "text-nowrap"}}


class StoreTable(PortalTable):
    name = tables.Column(linkify=("merchants:store-detail", [A("merchant__code"), A("pk")]))
    kind = tables.Column(attrs=NOWRAP)
    status = StatusColumn(verbose_name=_("Status"))
    products = CountColumn(accessor="product_count", verbose_name=_("Products"))
    created_at = InstantColumn(verbose_name=_("Registered"))

    empty_title = _("No store yet")
    empty_text = _("Register your in-app shop first, then your stores on the marketplaces.")
    empty_icon = "building-store"

    class Meta(PortalTable.Meta):
        model = Store
        fields = ("name", "kind", "external_id", "status", "products", "created_at")


class ProductTable(PortalTable):
    title = tables.Column(linkify=("merchants:product-edit", [A("store__merchant__code"), A("pk")]))
    store = tables.Column(order_by=("store__name",), verbose_name=_("Store"))
    kind = tables.Column(
        accessor="store__get_kind_display",
        order_by="store__kind",
        verbose_name=_("Sold at"),
        attrs=NOWRAP,
    )
    category = tables.Column(order_by=("category__code",), verbose_name=_("Category"))
    price = MoneyColumn(accessor="price_fen", verbose_name=_("Price"))
    is_available = tables.BooleanColumn(verbose_name=_("Available"), yesno="✓,–")

    empty_title = _("No product yet")
    empty_text = _("Paste the address of a product page, or fill in a form.")
    empty_icon = "package"

    class Meta(PortalTable.Meta):
        model = Product
        fields = ("title", "store", "kind", "external_id", "category", "price", "is_available")


class NoteTable(PortalTable):
    title = tables.Column(linkify=("merchants:note-detail", [A("merchant__code"), A("pk")]))
    kind = tables.Column(attrs=NOWRAP)
    published_at = InstantColumn()
    listings = CountColumn(accessor="listing_count", verbose_name=_("Listings"))

    empty_title = _("No note yet")
    empty_text = _("Notes come with the feed of the community; there is nothing to type.")
    empty_icon = "notes"

    class Meta(PortalTable.Meta):
        model = Note
        fields = ("title", "author_name", "kind", "published_at", "external_id", "listings")


class ListingTable(PortalTable):
    product = tables.Column(
        linkify=("merchants:listing-detail", [A("merchant__code"), A("pk")]),
        order_by=("product__title",),
        verbose_name=_("Product"),
    )
    placement = tables.Column(attrs=NOWRAP)
    note = tables.Column(order_by=("note__title",), verbose_name=_("Note"))
    store = tables.Column(
        accessor="product__store__get_kind_display",
        order_by="product__store__kind",
        attrs=NOWRAP,
        verbose_name=_("Sold at"),
    )
    status = StatusColumn(verbose_name=_("Status"))
    created_at = InstantColumn(verbose_name=_("Linked"))

    empty_title = _("No listing yet")
    empty_text = _("Link one of your products to a note, so that its readers can buy it.")
    empty_icon = "link"

    class Meta(PortalTable.Meta):
        model = Listing
        fields = ("product", "note", "placement", "store", "status", "created_at")


class MerchantQueueTable(PortalTable):
    name = tables.Column(linkify=("merchants:merchant-review", [A("pk")]))
    status = StatusColumn(verbose_name=_("Status"))
    account_manager = tables.Column(
        order_by=("account_manager__name",), verbose_name=_("Account manager")
    )
    created_at = InstantColumn(verbose_name=_("Registered"))

    empty_title = _("No merchant has registered")
    empty_icon = "building"

    class Meta(PortalTable.Meta):
        model = Merchant
        fields = ("name", "credit_code", "status", "account_manager", "created_at")


class StoreQueueTable(PortalTable):
    name = tables.Column(linkify=("merchants:store-review", [A("pk")]))
    kind = tables.Column(attrs=NOWRAP)
    merchant = tables.Column(order_by=("merchant__name",), verbose_name=_("Merchant"))
    status = StatusColumn(verbose_name=_("Status"))
    created_at = InstantColumn(verbose_name=_("Registered"))

    empty_title = _("No store has been registered")
    empty_icon = "building-store"

    class Meta(PortalTable.Meta):
        model = Store
        fields = ("name", "merchant", "kind", "external_id", "status", "created_at")


class ApplicationTable(PortalTable):
    """What a merchant has applied for."""

    category = tables.Column(
        linkify=("merchants:application-detail", [A("merchant__code"), A("pk")]),
        order_by=("category__code",),
        verbose_name=_("Category"),
    )
    programme = tables.Column(order_by=("programme__code",), verbose_name=_("Programme"))
    status = StatusColumn(verbose_name=_("Status"))
    submitted_at = InstantColumn(verbose_name=_("Handed in"))

    empty_title = _("No application yet")
    empty_text = _("Choose a category that is open for you and apply with a document.")
    empty_icon = "file-certificate"

    class Meta(PortalTable.Meta):
        model = OpeningApplication
        fields = ("category", "programme", "status", "submitted_at")


class ApplicationQueueTable(PortalTable):
    merchant = tables.Column(
        linkify=("merchants:application-review", [A("pk")]),
        order_by=("merchant__name",),
        verbose_name=_("Merchant"),
    )
    category = tables.Column(order_by=("category__code",), verbose_name=_("Category"))
    programme = tables.Column(order_by=("programme__code",), verbose_name=_("Programme"))
    status = StatusColumn(verbose_name=_("Status"))
    submitted_at = InstantColumn(verbose_name=_("Handed in"))

    empty_title = _("No application has been handed in")
    empty_icon = "file-certificate"

    class Meta(PortalTable.Meta):
        model = OpeningApplication
        fields = ("merchant", "category", "programme", "status", "submitted_at")


class OpeningTable(PortalTable):
    placement = tables.Column(attrs=NOWRAP)
    store_kind = tables.Column(attrs=NOWRAP)
    category = tables.Column(
        linkify=("merchants:opening-detail", [A("pk")]),
        order_by=("category__code",),
        verbose_name=_("Category"),
    )
    programme = tables.Column(order_by=("programme__code",), verbose_name=_("Programme"))
    state = StatusColumn(verbose_name=_("Rule"))
    effective_at = InstantColumn()
    status = StatusColumn(verbose_name=_("Signature"))
    author = tables.Column(order_by=("author__name",), verbose_name=_("Proposed by"))
    approver = tables.Column(order_by=("approver__name",), verbose_name=_("Signed by"))

    empty_title = _("No rule yet")
    empty_text = _("Nothing may link outside until a rule is proposed and signed.")
    empty_icon = "door"

    class Meta(PortalTable.Meta):
        model = Opening
        fields = (
            "category", "programme", "placement", "store_kind", "state", "effective_at", "status",
            "author", "approver",
        )  # fmt: skip


class OfferTable(PortalTable):
    """What is open for a merchant; rows are `offers.Offer`."""

    category = tables.Column(orderable=False, verbose_name=_("Category"))
    programme = tables.Column(orderable=False, verbose_name=_("Programme"))
    scopes = tables.Column(orderable=False, verbose_name=_("Where"))
    since = InstantColumn(orderable=False, verbose_name=_("Open since"))
    application = tables.Column(
        orderable=False, verbose_name=_("Your application"), empty_values=()
    )

    empty_title = _("Nothing is open for your stores yet")
    empty_text = _("Categories are opened step by step, for marketplaces where you have a store.")
    empty_icon = "door"

    class Meta(PortalTable.Meta):
        pass

    def render_scopes(self, value: list[str]) -> SafeString:
        return format_html_join(mark_safe("<br>"), "{}", ((scope,) for scope in value))

    def render_application(self, record: Offer) -> SafeString:
        if record.application is None and not record.may_apply:
            return SafeString("–")
        if record.application is None:
            return format_html(
                '<a class="btn btn-sm btn-primary" href="{}">{}</a>', record.apply_url, _("Apply")
            )
        return format_html(
            '<a href="{}">{}</a>', record.application_url, status_badge(record.application)
        )
