"""How far a campaign is on the way to its target: the report on its days, of its notes alone.

By order day, last touch and the usual window, as a report shows it that is asked for nothing else.
"""

from datetime import timedelta

from campaigns.campaigns.models import Campaign, TargetKind
from campaigns.campaigns.progress import Progress
from portal import clock
from reports.answers.coverage import coverage
from reports.answers.facts import Facts
from reports.answers.question import EARLIEST_ON, By, Question
from reports.metrics import registry as metrics
from reports.metrics.metric import Metric, Unit
from reports.metrics.sums import MICRO, Sums

METRICS: dict[TargetKind, Metric[Sums]] = {
    TargetKind.READS: metrics.READS,
    TargetKind.CLICKS: metrics.CLICKS,
    TargetKind.ORDERS: metrics.ORDERS,
    TargetKind.GMV: metrics.GMV,
}


def of(campaign: Campaign) -> Progress | None:
    """What is counted of the target until yesterday; None while nothing is, or without a target."""
    last_on = min(campaign.ends_on, clock.today() - timedelta(days=1))
    if not campaign.target_kind or not EARLIEST_ON <= campaign.starts_on <= last_on:
        return None
    question = Question(campaign.merchant, campaign.starts_on, last_on, by=By.NOTE)
    covered = coverage(question)
    if not covered.has_numbers:
        return None
    facts = Facts(question, covered.report_days, covered.blank, covered.without_orders)
    notes = list(campaign.note_rows.values_list("note", flat=True))
    metric = METRICS[TargetKind(campaign.target_kind)]
    value = metric.of(facts.total(By.NOTE, notes))
    if value is None:
        return None
    whole = value / MICRO if metric.unit == Unit.MICRO else value
    return Progress(int(whole), until_on=last_on, lacks=len(covered.blank))
