"""The entries of this app in the navigation."""

from django.utils.translation import gettext_lazy as _

from portal.shell.navigation import Area, Entry, add, home_at, search_at


def announce() -> None:
    """Add home, reports, data and the search box; called once, when the app is ready."""
    _add_for_merchants()
    _add_for_the_platform()
    home_at("reports:home-merchant")
    search_at("reports:search")


def _add_for_merchants() -> None:
    add(
        Entry(
            label=_("Home"),
            icon="home",
            url_name="reports:home-merchant",
            action="merchant.view",
            area=Area.MERCHANT,
            order=0,
        ),
        Entry(
            label=_("Report"),
            icon="chart-bar",
            url_name="reports:report-detail",
            action="report.view",
            area=Area.MERCHANT,
            order=60,
        ),
        Entry(
            label=_("Data health"),
            icon="heartbeat",
            url_name="reports:health-merchant",
            action="report.view",
            area=Area.MERCHANT,
            order=65,
        ),
        Entry(
            label=_("Data files"),
            icon="database-import",
            url_name="reports:data-list",
            action="batch.upload",
            area=Area.MERCHANT,
            order=70,
        ),
    )


def _add_for_the_platform() -> None:
    add(
        Entry(
            label=_("Home"),
            icon="home",
            url_name="reports:platform-home",
            action="merchant.view",
            area=Area.PLATFORM,
            order=0,
        ),
        Entry(
            label=_("Data health"),
            icon="heartbeat",
            url_name="reports:health-platform",
            action="source.view",
            area=Area.PLATFORM,
            order=72,
        ),
        Entry(
            label=_("Data files"),
            icon="database-import",
            url_name="reports:batch-list",
            action="source.manage",
            area=Area.PLATFORM,
            order=70,
        ),
        Entry(
            label=_("Sources"),
            icon="plug-connected",
            url_name="reports:source-list",
            action="source.view",
            area=Area.PLATFORM,
            order=71,
        ),
    )
