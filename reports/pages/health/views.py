"""Data health: how sources keep to what they owe, for the platform and for one merchant."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal import clock, words
from portal.accounts.access import PortalRequest, platform_page
from portal.ui.pages import Head, Link
from portal.ui.views import table_page
from reports.pages.health.tables import BreachTable, SourcesTable, StreamsTable
from reports.sources import kept, own
from reports.sources.breaches import Breach
from reports.sources.kept import Cell, Kept, KeptSource, KeptStream
from reports.sources.models import SourceKind
from reports.sources.owed import owed_to

# So many days the table by day shows, unless more are asked for.
SHOWN, MOST_SHOWN = 14, kept.LOOKED_AT.days


@platform_page("source.view")
def health_platform(request: PortalRequest) -> HttpResponseBase:
    sources = kept.of_platform()
    days = _days_asked(request)
    history = Link(_("What was late"), reverse("reports:breach-list"), icon="history")
    head = Head(
        _("Data health"),
        above=_("Sources"),
        back=reverse("reports:source-list"),
        lead=_("How soon days are closed is told of the last %(days)s.")
        % {"days": words.days(kept.MEASURED.days)},
        links=[history],
    )
    return table_page(
        request,
        SourcesTable,
        [_source_row(one) for one in sources],
        head=head,
        export_name="data-health",
        template="reports/health_platform.html",
        context=_by_day([(one.source.name, one.last(days)) for one in sources]),
    )


@merchant_page("report.view")
def health_merchant(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    streams = kept.of_merchant(owed_to(merchant))
    days, today = _days_asked(request), clock.today()
    upload = Link(
        _("Upload a file"),
        reverse("reports:data-new", args=[merchant.code]),
        icon="upload",
        needs="batch.upload",
    )
    head = Head(
        _("Data health"),
        above=merchant.name,
        back=reverse("reports:report-detail", args=[merchant.code]),
        lead=_("What your report waits for, from whom, and who acts."),
        links=[upload],
    )
    return table_page(
        request,
        StreamsTable,
        [_stream_row(one) for one in streams],
        head=head,
        export_name="data-health",
        template="reports/health_merchant.html",
        context={
            **_by_day([(one.stream.name, one.last(days)) for one in streams]),
            "beside": own.beside(
                merchant, first_on=today - timedelta(days=days - 1), last_on=today
            ),
        },
    )


@platform_page("source.view")
def breach_list(request: PortalRequest) -> HttpResponseBase:
    head = Head(_("What was late"), above=_("Data health"), back=reverse("reports:health-platform"))
    return table_page(request, BreachTable, Breach.objects.of_platform(), head=head)


def _days_asked(request: PortalRequest) -> int:
    return MOST_SHOWN if request.GET.get("days") == str(MOST_SHOWN) else SHOWN


def _by_day(cells: Sequence[tuple[str, Sequence[Cell]]]) -> dict[str, Any]:
    """The cells by day, the newest first, each with whose data it is; names may be equal."""
    heads = [name for name, _cells in cells]
    lines = [
        (of_day[0].on, list(zip(heads, of_day, strict=True)))
        for of_day in zip(*(of_name for _name, of_name in cells), strict=True)
    ]
    return {"lines": lines[::-1], "heads": heads, "few": SHOWN, "many": MOST_SHOWN}


def _source_row(one: KeptSource) -> dict[str, Any]:
    prompt = one.promptness
    return {
        "pk": one.source.pk,
        "name": one.source.name,
        **_row(one),
        "overdue_slices": one.overdue_slices,
        "half": prompt and prompt.half,
        "most": prompt and prompt.most,
        "in_time": prompt and prompt.in_time,
        "to_do": _platforms_part(one),
    }


def _stream_row(one: KeptStream) -> dict[str, Any]:
    return {
        "name": one.stream.name,
        **_row(one),
        "open": one.open or None,
        "reported": one.reported or None,
        "to_do": _merchants_part(one),
    }


def _row(one: Kept) -> dict[str, Any]:
    return {
        "closed_until": one.closed_until,
        "overdue": one.overdue or None,
        "overdue_since": one.overdue_since,
        "missing": one.missing,
    }


def _platforms_part(one: KeptSource) -> str:
    if one.overdue:
        return _("Ask the sender for these days, and that he says that they are whole.")
    if one.missing:
        return _("Ask the sender for the rows that are missing in what he called whole.")
    if one.suspended:
        return _("Nothing: nobody waits for the days whose data are suspended.")
    return _("Nothing: all that is due is closed.")


def _merchants_part(one: KeptStream) -> str:
    if one.overdue and one.stream.source.kind == SourceKind.COMMUNITY:
        return _("Nothing: the platform sees to it.")
    if one.overdue and set(one.overdue) <= set(one.reported):
        return _("Nothing: you have reported these days. The platform asks the marketplace.")
    if one.overdue:
        return _(
            "The platform asks the marketplace. Until it sends you may upload your orders of these"
            " days, and tick that they are all."
        )
    if one.missing:
        return _("Nothing: the platform asks the sender for the rows that are missing.")
    if one.suspended:
        return _("Nothing: nobody waits for the days whose data are suspended.")
    return _("Nothing: it comes by itself.")
