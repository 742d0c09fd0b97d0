"""Who is told of what happens to reports: a row per act."""

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from portal.notices.audiences import team_who_may
from portal.notices.told import Nobody, Told
from portal.words import day
from reports.attribution.restatements import Restatement


def _changes(restatement: Restatement) -> str:
    return reverse("reports:report-changes", args=[restatement.merchant.code])


TABLE: dict[str, Told | Nobody] = {
    "restatement.told": Told(
        team_who_may("report.view"),
        _("Numbers of finished days changed by more than one per cent, the first of %(day)s"),
        page=_changes,
        names=lambda restatement: {"day": day(restatement.on)},
    ),
}
