"""Who is told of what happens to reports: a row per act."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from portal.accounts import permissions
from portal.accounts.models import AuditEntry, Membership, Role, User
from portal.notices.audiences import platform_who_may, team_who_may
from portal.notices.told import Nobody, Told
from portal.words import day
from reports.attribution.restatements import Restatement
from reports.sources.breaches import Breach
from reports.sources.suspensions import DataSuspension


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


def _concerned(entry: AuditEntry, suspension: DataSuspension) -> QuerySet[User]:
    """Those of the merchants concerned who see reports."""
    roles = [role for role in permissions.ALLOWED["report.view"] if isinstance(role, Role)]
    theirs = Membership.objects.filter(team__in=suspension.teams(), role__in=roles)
    return User.objects.filter(is_active=True, pk__in=theirs.values("user"))


def _suspended(text: str) -> Told:
    return Told(
        _concerned,
        text,
        page=lambda suspension: suspension.get_absolute_url(),
        names=lambda suspension: {"suspension": suspension},
    )


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
    "datasuspension.made": _suspended(
        _("Data are suspended, and reports leave their days empty: %(suspension)s")
    ),
    "datasuspension.concerned": Told(
        team_who_may("report.view"),
        _("A suspension of data concerns you now; reports leave its days empty: %(suspension)s"),
        page=lambda suspension: suspension.get_absolute_url(),
        names=lambda suspension: {"suspension": suspension},
    ),
    "datasuspension.end_changed": _suspended(
        _("The last day of a suspension of data has changed: %(suspension)s")
    ),
    "datasuspension.lifted": _suspended(
        _("A suspension of data is lifted, and reports show its days again: %(suspension)s")
    ),
}
