"""The list of endpoints, and of what one is told."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.ui.columns import CountColumn, InstantColumn, StatusColumn
from portal.ui.filters import PortalFilter, WordsFilter, choice_filter
from portal.ui.tables import PortalTable
from portal.webhooks.models import Endpoint, Message, MessageState


class EndpointTable(PortalTable):
    code = tables.Column(linkify=True, verbose_name=pgettext_lazy("endpoint", "Code"))
    status = StatusColumn(verbose_name=_("Status"))
    url = tables.Column(verbose_name=pgettext_lazy("endpoint", "Address"))
    waiting = CountColumn(verbose_name=_("Messages that wait"))
    failing_since = InstantColumn(verbose_name=_("Takes nothing since"))

    empty_title = _("No endpoints")
    empty_text = _("A partner who is told something has an address here, such as the ad server.")
    empty_icon = "webhook"

    class Meta(PortalTable.Meta):
        model = Endpoint
        fields = ("code", "status", "url", "waiting", "failing_since")


class MessageTable(PortalTable):
    name = tables.Column(linkify=True, verbose_name=pgettext_lazy("message", "Id"))
    state = StatusColumn(verbose_name=_("Status"))
    type = tables.Column(verbose_name=pgettext_lazy("message", "What"))
    subject = tables.Column(verbose_name=pgettext_lazy("message", "About"))
    sequence = CountColumn(verbose_name=_("Sequence"))
    attempts = CountColumn(verbose_name=_("Tries"))
    created_at = InstantColumn(verbose_name=pgettext_lazy("message", "Announced"))
    delivered_at = InstantColumn(verbose_name=pgettext_lazy("message", "Taken"))

    empty_title = _("Nothing was announced")
    empty_text = _("What this partner is told stands here, with every try.")
    empty_icon = "send"
    indexed = ()

    class Meta(PortalTable.Meta):
        model = Message
        fields = (
            "name", "state", "type", "subject", "sequence", "attempts", "created_at",
            "delivered_at",
        )  # fmt: skip


class MessageFilter(PortalFilter):
    state = choice_filter("state", MessageState.choices, _("Status"))
    subject = WordsFilter(field_name="subject", label=pgettext_lazy("message", "About"))

    class Meta:
        model = Message
        fields = ()
