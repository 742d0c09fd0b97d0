"""Lists about delivery: ad servers, their messages, what was not paid or not counted."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.delivery.capping import Refusal
from campaigns.delivery.models import (
    AdServer,
    DeliveryHour,
    DeliveryMessage,
    QuarantinedDelivery,
)
from portal import words
from portal.ui.columns import CountColumn, InstantColumn, MoneyColumn, small_button
from portal.ui.filters import PortalFilter, choice_filter
from portal.ui.tables import PortalTable


class AdServerTable(PortalTable):
    name = tables.Column(verbose_name=_("Ad server"), accessor="pk", orderable=False)
    code = tables.Column(verbose_name=_("Endpoint"), accessor="endpoint__code")
    is_active = tables.BooleanColumn(verbose_name=_("Gets new boosts"))
    wait_hours = CountColumn(verbose_name=_("Hours waited for"))
    last_heard_at = InstantColumn(verbose_name=_("Last heard"))
    action = tables.Column(
        verbose_name=_("Action"), accessor="pk", orderable=False, exclude_from_export=True
    )

    empty_title = _("No ad server yet")
    empty_text = _("An ad server shows boosted notes and says what that costs.")
    empty_icon = "server"

    class Meta(PortalTable.Meta):
        model = AdServer
        fields = ("name", "code", "is_active", "wait_hours", "last_heard_at", "action")

    def render_name(self, record: AdServer) -> SafeString:
        url = reverse("campaigns:delivery-message-list", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, record)

    def value_name(self, record: AdServer) -> str:
        return str(record)

    def render_is_active(self, value: bool) -> str:
        return str(_("Yes") if value else _("No"))

    def value_is_active(self, value: bool) -> str:
        return self.render_is_active(value)

    def render_action(self, record: AdServer) -> SafeString:
        url = reverse("campaigns:ad-server-edit", args=[record.pk])
        return small_button(url, _("Change"), about=record)


class MessageTable(PortalTable):
    message_id = tables.Column(verbose_name=pgettext_lazy("message", "Id"))
    received_at = InstantColumn(verbose_name=_("Received"))
    http_status = tables.Column(verbose_name=_("Answered"), empty_values=())
    rows = CountColumn(verbose_name=_("Rows"))
    accepted = CountColumn(verbose_name=_("Taken"))
    duplicate = CountColumn(verbose_name=_("Known before"))
    quarantined = CountColumn(verbose_name=_("Kept apart"))

    empty_title = _("It has sent nothing yet")
    empty_text = _("Each message of an ad server is written down here with its answer.")
    empty_icon = "inbox"
    indexed = ()

    class Meta(PortalTable.Meta):
        model = DeliveryMessage
        fields = (
            "message_id", "received_at", "http_status", "rows", "accepted", "duplicate",
            "quarantined",
        )  # fmt: skip

    def render_http_status(self, record: DeliveryMessage) -> str:
        if record.http_status is not None:
            return str(record.http_status)
        if record.next_at is None:
            return str(pgettext_lazy("answer", "Not yet"))
        return _("Failed %(times)s times; again at %(at)s") % {
            "times": record.failures,
            "at": words.instant(record.next_at),
        }

    def value_http_status(self, record: DeliveryMessage) -> int | None:
        return record.http_status


class RefusedTable(PortalTable):
    hour_at = InstantColumn(verbose_name=_("Hour"))
    boost = tables.Column(verbose_name=_("Boost"), orderable=False)
    spend_fen = MoneyColumn(verbose_name=_("Said"))
    captured_fen = MoneyColumn(verbose_name=_("Spent"))
    refused_fen = MoneyColumn(verbose_name=_("Not paid"))
    refusal = tables.Column(verbose_name=_("Why"))

    empty_title = _("Nothing was refused")
    empty_text = _("What an ad server says beyond budget, cap and period stands here.")
    empty_icon = "receipt-off"
    indexed = ("hour_at",)

    class Meta(PortalTable.Meta):
        model = DeliveryHour
        fields = ("hour_at", "boost", "spend_fen", "captured_fen", "refused_fen", "refusal")

    def render_boost(self, record: DeliveryHour) -> SafeString:
        boost = record.boost
        return format_html('<a href="{}">{}</a>', boost.get_absolute_url(), boost.note.title)

    def value_boost(self, record: DeliveryHour) -> str:
        return record.boost.external_id


class RefusedFilter(PortalFilter):
    refusal = choice_filter("refusal", Refusal.choices, _("Why"))

    class Meta:
        model = DeliveryHour
        fields = ()


class ApartTable(PortalTable):
    received_at = InstantColumn(verbose_name=_("Received"), accessor="message__received_at")
    message = tables.Column(verbose_name=_("Message"), accessor="message__message_id")
    place = CountColumn(verbose_name=_("Row"))
    field = tables.Column(verbose_name=_("Field"))
    reason = tables.Column(verbose_name=_("Why"))
    raw = tables.Column(verbose_name=_("As it was sent"), orderable=False)

    empty_title = _("Nothing is kept apart")
    empty_text = _("Rows that cannot be counted stand here with the field and the reason.")
    empty_icon = "filter-off"
    indexed = ()

    class Meta(PortalTable.Meta):
        model = QuarantinedDelivery
        fields = ("received_at", "message", "place", "field", "reason", "raw")
