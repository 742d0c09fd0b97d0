"""Lists of applications, and of what is open for a merchant."""

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from merchants.openings.models import OpeningApplication
from merchants.openings.offers import Offer
from portal import words
from portal.ui.columns import CountColumn, InstantColumn, StatusColumn, small_button
from portal.ui.formats import status_badge
from portal.ui.tables import PortalTable


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


class ApplicationDirectoryTable(PortalTable):
    """All applications, for admins."""

    merchant = tables.Column(
        linkify=("review:review-detail", ["application", A("pk")]),
        order_by=("merchant__name",),
        verbose_name=_("Merchant"),
    )
    category = tables.Column(order_by=("category__code",), verbose_name=_("Category"))
    programme = tables.Column(order_by=("programme__code",), verbose_name=_("Programme"))
    status = StatusColumn(verbose_name=_("Status"))
    submitted_at = InstantColumn(verbose_name=_("Handed in"))

    empty_title = _("No application has been handed in")
    empty_icon = "file-certificate"

    indexed = ("submitted_at",)

    class Meta(PortalTable.Meta):
        model = OpeningApplication
        fields = ("merchant", "category", "programme", "status", "submitted_at")


class OfferTable(PortalTable):
    """What is open for a merchant; rows are `offers.Offer`."""

    category = tables.Column(orderable=False, verbose_name=_("Category"))
    programme = tables.Column(orderable=False, verbose_name=_("Programme"))
    products = CountColumn(orderable=False, verbose_name=_("Your products"))
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
        if record.application is None and "application.submit" not in self.request.may:
            return SafeString(words.NOTHING)
        if record.application is None:
            return small_button(record.apply_url, _("Apply"), is_main=bool(record.products))
        return format_html(
            '<a href="{}">{}</a>', record.application_url, status_badge(record.application)
        )
