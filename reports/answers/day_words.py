"""What is said of one day beside its state, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import words
from reports.answers.coverage import Coverage, ToldDay
from reports.answers.day_states import Day, DayState


def beside(told: ToldDay) -> list[str]:
    """What keeps the numbers of a day from being all that its state stands for."""
    found, day = [], told.day
    if day.is_running:
        found.append(_("still running"))
    if day.missing_rows:
        found.append(_missing(day) % {"rows": day.missing_rows})
    if day.is_shown and not told.is_computed:
        found.append(_("not computed"))
    if told.is_stale:
        found.append(_("out of date"))
    if day.state == DayState.PROVISIONAL:
        found.append(_("final from %(day)s") % {"day": words.day(day.final_from)})
    return found


def _missing(day: Day) -> str:
    if day.may_be_fewer:
        return ngettext(
            "up to %(rows)s row missing", "up to %(rows)s rows missing", day.missing_rows
        )
    return ngettext("%(rows)s row missing", "%(rows)s rows missing", day.missing_rows)


def until_when(shown: Coverage) -> str:
    """Until when days are provisional, and whose refund period rules; empty where none is."""
    if shown.final_from is None:
        return ""
    period = shown.refund_period
    told = {
        "day": words.day(shown.final_from),
        "days": words.days(period.days),
        "categories": _(", ").join(map(str, period.categories)),
    }
    if not period.categories:
        return _("Final from %(day)s: returns run %(days)s.") % told
    return _("Final from %(day)s: returns of %(categories)s run %(days)s.") % told
