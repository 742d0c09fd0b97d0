"""The page of what belongs nowhere, and what to do about it."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from merchants.marketplaces.kinds import StoreKind
from portal import words
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.columns import CountColumn, DayColumn, MoneyColumn
from portal.ui.filters import PortalFilter
from portal.ui.pages import Head
from portal.ui.tables import PortalTable
from portal.ui.views import table_page
from reports.attribution.unplaced import Unplaced, What

_TO_DO = {
    What.NOTE: gettext_lazy("The portal does not know this note. It counts for no merchant."),
    What.LISTING: gettext_lazy("No listing has this number. Ask the sender where it comes from."),
    What.BOOST: gettext_lazy(
        "No boost has this number: what it shows counts as organic. Ask the sender."
    ),
}


class UnplacedTable(PortalTable):
    source = tables.Column(verbose_name=gettext_lazy("Source"), order_by="source__code")
    what = tables.Column(verbose_name=pgettext_lazy("unplaced", "What"))
    code = tables.Column(verbose_name=pgettext_lazy("unplaced", "Id as sent"))
    events = CountColumn(verbose_name=gettext_lazy("Rows"))
    value = MoneyColumn(verbose_name=gettext_lazy("Value of orders"))
    first_on = DayColumn(verbose_name=gettext_lazy("First day"))
    last_on = DayColumn(verbose_name=gettext_lazy("Last day"))
    to_do = tables.Column(verbose_name=gettext_lazy("What to do"), empty_values=(), orderable=False)

    empty_title = gettext_lazy("Everything has its place")
    empty_text = gettext_lazy("Every store, note, listing and boost that events name is known.")
    empty_icon = "circle-check"

    class Meta(PortalTable.Meta):
        fields = ("source", "what", "code", "events", "value", "first_on", "last_on", "to_do")

    def render_source(self, record: dict[str, Any]) -> str:
        return words.name(record["source__name_zh"], record["source__name_en"])

    def render_what(self, value: str) -> str:
        return str(What(value).label)

    def render_code(self, value: str) -> str:
        return value or _("All others")

    def render_to_do(self, record: dict[str, Any]) -> str:
        what = What(record["what"])
        if what != What.STORE:
            return str(_TO_DO[what])
        if kind := record["registered_as"]:
            return _(
                "A store with this id is registered at %(kind)s: the rows came under the wrong"
                " source, and are to be sent again under the right one."
            ) % {"kind": StoreKind(kind).label}
        return _("Nobody has registered this store. Once it is verified the rows find their place.")


class UnplacedFilter(PortalFilter):
    what = django_filters.ChoiceFilter(
        choices=What.choices, label=pgettext_lazy("unplaced", "What")
    )


@platform_page("source.view")
def unplaced_list(request: PortalRequest) -> HttpResponseBase:
    head = Head(_("Belongs nowhere"), above=_("Sources"), back=reverse("reports:source-list"))
    rows = Unplaced.objects.by_code()
    return table_page(
        request, UnplacedTable, rows, UnplacedFilter, head=head, export_name="unplaced"
    )
