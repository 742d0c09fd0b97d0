"""What is said of the cost of boosts beside the rows: what is divided by it, and what is not."""

from django.utils.translation import gettext as _

from portal import words
from reports.answers.answer import Report


def sentences(report: Report) -> list[str]:
    """Why ratios to the cost are not there, or not of all; nothing where nothing was spent, or all
    of it stands beside its results."""
    spending = report.facts.spending
    if not spending.is_any:
        return []
    spent = spending.total()
    if not report.has_numbers:
        told = {"spent": words.yuan(spent.spent["captured"])}
        return [_("Boosts cost %(spent)s on these days; what that brought is not known.") % told]
    if not report.question.is_by_touch:
        return [_("What boosts brought is compared with their cost by touch day alone.")]
    unmatched = spent.spent["unmatched"]
    if not unmatched:
        return []
    return [
        _(
            "Of the spend %(spent)s is of days without numbers. A sum that holds it has no ratio to"
            " its cost."
        )
        % {"spent": words.yuan(unmatched)}
    ]
