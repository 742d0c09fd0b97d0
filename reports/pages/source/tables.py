"""The list of sources, their filter, and the files of one."""

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_tables2.utils import A

from portal.ui.columns import CountColumn, InstantColumn
from portal.ui.filters import PortalFilter
from portal.ui.tables import PortalTable
from reports.pages.batch.tables import BatchTable
from reports.sources.models import Batch, Source, SourceKind


class SourceTable(PortalTable):
    name = tables.Column(
        linkify=("reports:source-detail", [A("pk")]), verbose_name=_("Source"), order_by="code"
    )
    kind = tables.Column(verbose_name=pgettext_lazy("source", "Kind"))
    merchant = tables.Column(verbose_name=_("Merchant"))
    rhythm = tables.Column(verbose_name=pgettext_lazy("source", "Sends its rows"))
    delay_days = CountColumn(verbose_name=_("Days until they are due"))
    unit = tables.Column(verbose_name=_("Unit of amounts"))
    zone = tables.Column(verbose_name=_("Time zone"))
    last_received_at = InstantColumn(verbose_name=_("Last file"))

    empty_title = _("No source yet")
    empty_text = _("Sources are the streams of events that the platform takes in.")
    empty_icon = "database-import"

    class Meta(PortalTable.Meta):
        model = Source
        fields = (
            "name", "kind", "merchant", "rhythm", "delay_days", "unit", "zone", "last_received_at",
        )  # fmt: skip


class SourceFilter(PortalFilter):
    kind = django_filters.ChoiceFilter(
        choices=SourceKind.choices, label=pgettext_lazy("source", "Kind")
    )


class ReadBatchTable(BatchTable):
    """The files of a source for those who may not open one."""

    file_name = tables.Column(verbose_name=_("File"))

    class Meta(BatchTable.Meta):
        model = Batch
