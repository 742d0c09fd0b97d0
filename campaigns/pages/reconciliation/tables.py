"""Where the books do not agree."""

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.reconciling.models import Discrepancy
from portal.ui.columns import InstantColumn, MoneyColumn
from portal.ui.filters import PortalFilter
from portal.ui.tables import PortalTable

OPEN, GONE = "open", "gone"


class DiscrepancyTable(PortalTable):
    rule = tables.Column(verbose_name=_("Promise"))
    subject = tables.Column(verbose_name=_("Place in the books"))
    expected_fen = MoneyColumn(verbose_name=_("Expected"))
    found_fen = MoneyColumn(verbose_name=_("Found"))
    first_at = InstantColumn(verbose_name=_("First found"))
    last_at = InstantColumn(verbose_name=_("Last found"))
    gone_at = InstantColumn(verbose_name=_("Gone"))

    empty_title = _("No discrepancy")
    empty_text = _("Each promise of the books that does not hold stands here until it does.")
    empty_icon = "scale"

    class Meta(PortalTable.Meta):
        model = Discrepancy
        fields = (
            "rule", "subject", "expected_fen", "found_fen", "first_at", "last_at", "gone_at",
        )  # fmt: skip


class DiscrepancyFilter(PortalFilter):
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[(OPEN, _("Not agreed")), (GONE, _("Agreed since"))],
        method="of_state",
    )

    class Meta:
        model = Discrepancy
        fields: list[str] = []

    def of_state(self, rows: QuerySet[Discrepancy], name: str, value: str) -> QuerySet[Discrepancy]:
        return rows.filter(gone_at__isnull=value == OPEN)
