"""The lists of batches and of quarantined rows, and their filters."""

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from portal.ui.columns import CountColumn, InstantColumn, StatusColumn
from portal.ui.filters import PortalFilter, WordsFilter
from portal.ui.tables import PortalTable
from reports.events.contract import CONTRACTS, Reason
from reports.events.sentences import reason_sentence
from reports.sources.models import Batch, BatchState, QuarantinedRow


class BatchTable(PortalTable):
    """Batches as the platform sees them."""

    file_name = tables.Column(linkify=("reports:batch-detail", [A("pk")]), verbose_name=_("File"))
    source = tables.Column(
        accessor="source__name", order_by="source__code", verbose_name=_("Source")
    )
    merchant = tables.Column(verbose_name=_("Merchant"))
    state = StatusColumn(verbose_name=_("State"))
    sent = CountColumn(verbose_name=_("Sent"))
    accepted = CountColumn(verbose_name=_("Accepted"))
    duplicate = CountColumn(verbose_name=_("Duplicate"))
    quarantined = CountColumn(verbose_name=_("Quarantined"))
    received_at = InstantColumn(verbose_name=_("Received"))

    empty_title = _("No file yet")
    empty_text = _("Files that are uploaded appear here, with what became of every row.")
    empty_icon = "database-import"

    indexed = ("received_at",)

    class Meta(PortalTable.Meta):
        model = Batch
        fields = (
            "file_name", "source", "merchant", "state", "sent", "accepted", "duplicate",
            "quarantined", "received_at",
        )  # fmt: skip
        order_by = "-received_at"


class MerchantBatchTable(BatchTable):
    """Batches as the merchant that sent them sees them."""

    file_name = tables.Column(
        linkify=("reports:data-detail", [A("merchant__code"), A("pk")]), verbose_name=_("File")
    )

    class Meta(BatchTable.Meta):
        pass


class BatchFilter(PortalFilter):
    state = django_filters.ChoiceFilter(choices=BatchState.choices, label=_("State"))
    file_name = WordsFilter("file_name", label=_("File"))


class QuarantineTable(PortalTable):
    line = CountColumn(verbose_name=_("Line"))
    field = tables.Column(verbose_name=_("Field"))
    reason = tables.Column(verbose_name=_("What to do"))
    raw = tables.Column(verbose_name=_("Row as sent, ids hidden"), orderable=False)

    empty_title = _("Nothing was quarantined")
    empty_text = _("Every row of the file could be taken.")
    empty_icon = "circle-check"

    indexed = ("line",)

    class Meta(PortalTable.Meta):
        model = QuarantinedRow
        fields = ("line", "field", "reason", "raw")

    def render_reason(self, value: str, record: QuarantinedRow) -> str:
        contract = CONTRACTS[record.batch.source.events]
        return reason_sentence(value, choices=contract.choices(record.field))


class QuarantineFilter(PortalFilter):
    reason = django_filters.ChoiceFilter(
        choices=lambda: [(reason.value, reason_sentence(reason)) for reason in Reason],
        label=_("Reason"),
    )
