"""The queue as a table."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.review import kinds
from portal.review.waiting import Waiting, waiting
from portal.ui.columns import InstantColumn, MoneyColumn
from portal.ui.formats import badge
from portal.ui.tables import PortalTable


class QueueTable(PortalTable):
    """What waits; rows are dictionaries of `queue.ROW`, in the order of the queue."""

    asked_at = tables.Column(verbose_name=_("Waiting time"), orderable=False)
    kind_code = tables.Column(verbose_name=_("Kind"), orderable=False)
    subject_name = tables.Column(verbose_name=_("Item"), orderable=False)
    requester = tables.Column(verbose_name=_("Asked by"), orderable=False)
    claimed_by = tables.Column(verbose_name=_("Claimed by"), orderable=False)
    amount = MoneyColumn(verbose_name=_("Amount"), orderable=False)
    due_at = InstantColumn(verbose_name=_("Answer promised by"), orderable=False)

    empty_title = _("Nothing waits")
    empty_text = _("What merchants and colleagues hand in appears here, first what is due first.")
    empty_icon = "checks"

    class Meta(PortalTable.Meta):
        fields = (
            "asked_at", "kind_code", "subject_name", "requester", "amount", "claimed_by", "due_at"
        )  # fmt: skip

    def render_asked_at(self, record: dict[str, Any]) -> SafeString:
        waited = _waited(record)
        return badge(waited.lamp.colour, waited)

    def render_kind_code(self, value: str) -> str:
        kind = kinds.of(value)
        return str(kind.label) if kind else value

    def render_subject_name(self, value: str, record: dict[str, Any]) -> SafeString:
        url = kinds.page_of(record["kind_code"], record["number"])
        return format_html('<a href="{}">{}</a>', url, value)


def _waited(record: dict[str, Any]) -> Waiting:
    since = record["asked_at"]
    return waiting(since, within=record["due_at"] - since, at=clock.now())
