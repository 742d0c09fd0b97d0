"""What is said of costs beside the rows: what is divided by them, and what is not."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import words
from reports.answers.answer import Report
from reports.answers.spend import Side

# Where not one of the days has numbers; by order day; and where some of the days have none.
_ALONE: dict[Side, Promise] = {
    Side.BOOSTS: _("Boosts cost %(cost)s on these days; what that brought is not known."),
    Side.OUTSIDE: _("%(cost)s was paid outside for these days; what that brought is not known."),
}
_BY_ORDER_DAY: dict[Side, Promise] = {
    Side.BOOSTS: _("What boosts brought is compared with their cost by touch day alone."),
    Side.OUTSIDE: _("What notes brought is compared with all that they cost by touch day alone."),
}
_UNMATCHED: dict[Side, Promise] = {
    Side.BOOSTS: _(
        "Of the spend %(spent)s is of days without numbers. A sum that holds it has no ratio to"
        " its cost."
    ),
    Side.OUTSIDE: _(
        "Of what was paid outside %(spent)s is of days without numbers. A sum that holds it has no"
        " ratio to all of its cost."
    ),
}


def sentences(report: Report) -> list[str]:
    """Why ratios to the cost are not there, or not of all; nothing where nothing was spent, or all
    of it stands beside its results."""
    spending = report.facts.spending
    if not spending.is_any:
        return []
    spent, sides = spending.total(), [side for side in _ALONE if side in spending.sides]
    if not report.has_numbers:
        cost: dict[Side, Any] = {
            Side.BOOSTS: spent.spend("captured"),
            Side.OUTSIDE: spent.outside(),
        }
        return [str(_ALONE[side]) % {"cost": words.yuan(cost[side])} for side in sides]
    if not report.question.is_by_touch:
        return [str(_BY_ORDER_DAY[side]) for side in sides]
    lacking: dict[Side, Any] = {
        Side.BOOSTS: spent.spend("unmatched"),
        Side.OUTSIDE: spent.spend("unmatched_outside"),
    }
    return [
        str(_UNMATCHED[side]) % {"spent": words.yuan(lacking[side])}
        for side in sides
        if lacking[side]
    ]
