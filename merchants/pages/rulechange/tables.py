"""Lists of rule changes."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from merchants.openings.models import OpeningState
from merchants.rulechanges.models import RuleChange
from portal.ui.columns import CountColumn, InstantColumn, StatusColumn
from portal.ui.formats import badge
from portal.ui.tables import PortalTable


class RuleChangeTable(PortalTable):
    """All rule changes, for admins."""

    category = tables.Column(
        linkify=("merchants:rulechange-detail", [A("pk")]),
        orderable=False,
        verbose_name=_("Category"),
    )
    programme = tables.Column(orderable=False, verbose_name=_("Programme"))
    rules = CountColumn(orderable=False, verbose_name=_("Rules"))
    state = tables.Column(orderable=False, verbose_name=_("Rule"))
    effective_at = InstantColumn()
    status = StatusColumn(verbose_name=_("Signature"))
    author = tables.Column(order_by=("author__name",), verbose_name=_("Proposed by"))
    approver = tables.Column(order_by=("approver__name",), verbose_name=_("Signed by"))
    submitted_at = InstantColumn(verbose_name=_("Proposed"))

    empty_title = _("No rule yet")
    empty_text = _("Nothing may link outside until a rule is proposed and signed.")
    empty_icon = "door"

    indexed = ("submitted_at",)

    class Meta(PortalTable.Meta):
        model = RuleChange
        fields = (
            "category", "programme", "rules", "state", "effective_at", "status", "author",
            "approver", "submitted_at",
        )  # fmt: skip

    def render_state(self, value: str) -> str:
        state = OpeningState(value)
        return badge(state.colour, state.label)

    def value_state(self, value: str) -> str:
        return str(OpeningState(value).label)
