"""The calendar as a list."""

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from merchants.pages.matrix.dates import Date
from portal.ui.columns import CountColumn, InstantColumn
from portal.ui.formats import badge
from portal.ui.tables import PortalTable


class CalendarTable(PortalTable):
    """Rows are `dates.Date`."""

    at = InstantColumn(orderable=False, verbose_name=_("When"))
    mark = tables.Column(orderable=False, verbose_name=_("What happens"))
    state = tables.Column(orderable=False, verbose_name=_("Rule"))
    category = tables.Column(orderable=False, verbose_name=_("Category"))
    programme = tables.Column(orderable=False, verbose_name=_("Programme"))
    rules = CountColumn(orderable=False, verbose_name=_("Rules"))
    change = tables.Column(orderable=False, verbose_name=_("Rule change"), accessor="change__pk")

    empty_title = _("No rule yet")
    empty_text = _("Nothing may link outside until a rule is proposed and signed.")
    empty_icon = "calendar"

    class Meta(PortalTable.Meta):
        pass

    def render_mark(self, record: Date) -> SafeString:
        return badge(record.mark.colour, record.mark.label)

    def value_mark(self, record: Date) -> str:
        return str(record.mark.label)

    def render_state(self, record: Date) -> SafeString:
        return badge(record.state.colour, record.state.label)

    def value_state(self, record: Date) -> str:
        return str(record.state.label)
