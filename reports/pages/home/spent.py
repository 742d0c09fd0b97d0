"""What boosts cost on the days of the home page, beside what that brought. ADR 0214.

The rest of the page counts by order day, on which a cost has no result beside it: this part is a
question of its own by the day of the touch, asked only of who spent anything on boosts.
"""

from dataclasses import dataclass, replace

from django.urls import reverse

from reports.answers import spend_words
from reports.answers.answer import Report, answer
from reports.answers.columns import spending
from reports.answers.question import By, Question, TimeBase
from reports.answers.spend import Side
from reports.metrics import registry as metrics
from reports.pages.report.figures import Figure, figures_of, unmeasured
from reports.pages.report.known import KnownPart

_SHOWN = (
    metrics.SPEND, metrics.SPEND_OWN, metrics.IMPRESSIONS, metrics.CPM, metrics.CPC,
    metrics.COST_PER_VISIT, metrics.COST_PER_ORDER, metrics.OWN_ROI, metrics.ALL_ROI,
)  # fmt: skip


@dataclass(frozen=True)
class Spent:
    """The figures of what was spent, what is known of their days, why some figures are not, and the
    report that has all of it."""

    question: Question
    known: KnownPart
    figures: list[Figure]
    said: list[str]
    report_url: str


def spent_of(report: Report) -> Spent | None:
    """That of the days of `report`; None where no boost cost anything on them."""
    if not report.facts.spending.has_boosts:
        return None
    found = answer(replace(report.question, time_base=TimeBase.TOUCH))
    facts = found.facts
    sums = facts.everything if found.has_numbers else facts.spending.total().blank()
    by_boost = replace(found.question, by=By.BOOST)
    shown = [
        facts.metric(metric) for metric in spending(by_boost, {Side.BOOSTS}) if metric in _SHOWN
    ]
    address = reverse("reports:report-detail", args=[found.question.merchant.code])
    asked = f"first_on={found.question.first_on}&last_on={found.question.last_on}"
    return Spent(
        found.question,
        KnownPart(found.question, found.coverage, prefix="spent-"),
        [*figures_of(shown, sums), *unmeasured(shown)],
        spend_words.sentences(found),
        f"{address}?{asked}&time_base={TimeBase.TOUCH.value}&by={By.BOOST.value}",
    )
