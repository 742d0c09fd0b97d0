"""Who is told of what happens to reports: a row per act."""

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from portal.notices.audiences import platform_who_may, team_who_may
from portal.notices.told import Nobody, Told
from portal.words import day
from reports.attribution.restatements import Restatement
from reports.sources.breaches import Breach


def _changes(restatement: Restatement) -> str:
    return reverse("reports:report-changes", args=[restatement.merchant.code])


def _owed(breach: Breach) -> str:
    assert breach.merchant
    return reverse("reports:health-merchant", args=[breach.merchant.code])


def _health(breach: Breach) -> str:
    return reverse("reports:health-platform")


def _what(breach: Breach) -> dict[str, object]:
    # Sources are called differently in each language.
    return {"what": breach}


TABLE: dict[str, Told | Nobody] = {
    "restatement.told": Told(
        team_who_may("report.view"),
        _("Numbers of finished days changed by more than one per cent, the first of %(day)s"),
        page=_changes,
        names=lambda restatement: {"day": day(restatement.on)},
    ),
    "breach.found": Told(
        platform_who_may("source.view"),
        _("Data is overdue: %(what)s. Ask the sender."),
        page=_health,
        names=_what,
    ),
    "breach.over": Told(
        platform_who_may("source.view"),
        _("Data that was overdue is closed now: %(what)s"),
        page=_health,
        names=_what,
    ),
    "breach.told": Told(
        team_who_may("report.view"),
        _("Data that your report waits for is overdue: %(what)s. The platform asks the sender."),
        page=_owed,
        names=_what,
    ),
    "breach.ended": Told(
        team_who_may("report.view"),
        _("Data that your report waited for is closed now: %(what)s"),
        page=_owed,
        names=_what,
    ),
}
