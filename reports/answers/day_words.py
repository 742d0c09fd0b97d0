"""What is said of one day beside its state, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.answers.coverage import ToldDay


def beside(told: ToldDay) -> list[str]:
    """What keeps the numbers of a day from being all that its state stands for."""
    found, day = [], told.day
    if day.is_running:
        found.append(_("still running"))
    if day.missing_rows:
        missing = ngettext("%(rows)s row missing", "%(rows)s rows missing", day.missing_rows)
        found.append(missing % {"rows": day.missing_rows})
    if day.is_shown and not told.is_computed:
        found.append(_("not computed"))
    if told.is_stale:
        found.append(_("out of date"))
    return found
