"""The large numbers of a report, each against as many days before."""

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from portal import words
from reports.answers import maturity_words
from reports.answers.answer import Report
from reports.answers.columns import unmeasured_beside
from reports.answers.counted_days import counted_days
from reports.answers.doubts import Doubt, doubts_of
from reports.answers.facts import Facts
from reports.answers.spend import Side
from reports.metrics import costs as all_costs
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.estimates import Statistic, estimate
from reports.metrics.registry import Metric, Unit
from reports.metrics.sampled import Sampled, SampledRatio
from reports.metrics.sums import Orders, Sums


@dataclass(frozen=True)
class Card:
    """A number in large type, and a line that puts it into proportion."""

    metric: Metric[Sums] | Metric[Orders]
    text: str
    note: str = ""
    # In the unit of the metric: how much more than in the days before, and what it was then.
    rise: int | Fraction | None = None
    before: int | Fraction | None = None

    @property
    def change_text(self) -> str:
        """How much more or less than in the days before, such as “+12.3%”; empty if unknown.

        Of less than nothing there is no percentage, but a difference, such as “+¥3.00”.
        """
        if self.rise is None or not self.before:
            return ""
        if self.before > 0:
            return _change(Fraction(self.rise) / Fraction(self.before))
        return f"{'+' if self.rise > 0 else ''}{printing.text(self.rise, self.metric.unit)}"


def cards_of(report: Report, before: Facts | None) -> list[Card]:
    """The cards of `report`, where `before` are as many days before, if these are known."""
    refunds = _("refunds %(value)s") % {"value": _said(report, metrics.REFUND_VALUE)}
    each = _("%(value)s per order") % {"value": _said(report, metrics.ORDER_VALUE)}
    sides = report.facts.spending.sides
    spent = [_spend_card(report)] if Side.BOOSTS in sides else []
    spent += [_cost_card(report)] if Side.OUTSIDE in sides else []
    return [
        *spent,
        _card(report, metrics.GMV, before),
        _card(report, metrics.NET_GMV, before, refunds),
        _card(report, metrics.ORDERS, before, each),
        _share_card(report) or _card(report, metrics.GMV_PER_MILLE, before, _share_in(report)),
    ]


def _spend_card(report: Report) -> Card:
    """What boosts cost, of it the merchant's own money, and by touch day what that earned."""
    notes = [_("own cash %(value)s") % {"value": _said(report, metrics.SPEND_OWN)}]
    if report.question.is_by_touch:
        notes += [
            f"{metric.name} {_said(report, metric)}"
            for metric in (metrics.OWN_ROI, metrics.ALL_ROI)
        ]
        unmeasured = unmeasured_beside([metrics.ALL_ROI])
        notes += [f"{metric.name} {printing.NOT_MEASURED}" for metric in unmeasured]
    metric = metrics.SPEND
    return Card(metric, printing.text(metric.of(report.total), metric.unit), " · ".join(notes))


def _cost_card(report: Report) -> Card:
    """All that notes cost, of it what was paid outside, and by touch day what that earned."""
    notes = [
        _("costs from outside %(value)s") % {"value": _said(report, all_costs.OUTSIDE_COST)},
        _("the merchant's own %(value)s") % {"value": _said(report, all_costs.TOTAL_OWN_COST)},
    ]
    if report.question.is_by_touch:
        notes += [
            f"{metric.name} {_said(report, metric)}"
            for metric in (all_costs.OWN_ROI_OF_ALL, all_costs.ALL_ROI_OF_ALL)
        ]
    metric = all_costs.TOTAL_COST
    return Card(metric, printing.text(metric.of(report.total), metric.unit), " · ".join(notes))


def _said(report: Report, metric: Metric[Sums]) -> str:
    return printing.estimated(report.metric(metric), report.total)


def _share_in(report: Report) -> str:
    """How much of what the touches will have earned is in."""
    return maturity_words.share_below_all(report.maturity.whole)


def _share_card(report: Report) -> Card | None:
    """How much of all orders is credited; None by the day of the touch."""
    orders = report.orders
    if orders is None:
        return None
    matched = _("%(matched)s of %(all)s orders matched") % {
        "matched": printing.estimated(report.metric(metrics.MATCHED_ORDERS), orders),
        "all": printing.estimated(report.metric(metrics.ALL_ORDERS), orders),
    }
    metric = report.metric(metrics.MATCH_RATE)
    counted = counted_days(report.facts, metric)
    beside = (printing.beside(metric, orders), str(counted or ""), matched)
    notes = [part for part in beside if part]
    return Card(metric, printing.text(metric.of(orders), metric.unit), " · ".join(notes))


def _card(report: Report, metric: Metric[Sums], before: Facts | None, note: str = "") -> Card:
    total, metric = report.total, report.metric(metric)
    if metric.lacking:
        return Card(metric, words.NOTHING, _("not connected"))
    counted = counted_days(report.facts, metric)
    # What was not sent on all days, now or then, is not compared: a net value without refunds is
    # not net.
    is_like = before and not (
        counted or before.metric(metric).lacking or counted_days(before, metric)
    )
    earlier = before.everything if before and is_like else None
    value, was, rise = metric.of(total), metric.of(earlier), None
    compared = "" if earlier is None else _compared(metric, total, earlier)
    if value is not None and was is not None and compared is not None:
        rise = value - was
    beside = (printing.beside(metric, total), str(counted or ""), compared, note)
    notes = [part for part in beside if part]
    return Card(metric, printing.text(value, metric.unit), " · ".join(notes), rise, was)


def _compared(metric: Metric[Sums], total: Sums, before: Sums) -> str | None:
    """Between which bounds a change is, where it is of samples; None where that is too uncertain to
    be told.

    The same people buy before and after, so the change is taken group by group.
    """
    now, was = metric.counted(total), metric.counted(before)
    if not (isinstance(now, Sampled | SampledRatio) or isinstance(was, Sampled | SampledRatio)):
        return ""
    is_money = metric.unit == Unit.FEN
    if is_money and any(Doubt.FEW_BUYERS in doubts_of(sums) for sums in (total, before)):
        return None
    if isinstance(now, SampledRatio | Fraction) or isinstance(was, SampledRatio | Fraction):
        return None
    change = metrics.ratio(None if now is None or was is None else now - was, was)
    if change is None or change.below.value < 0:
        return None
    found = estimate(change, Statistic.RATIO)
    if found.low is None or found.high is None:
        return None
    return _("change: 95%% interval %(low)s to %(high)s") % {
        "low": _change(found.low), "high": _change(found.high),
    }  # fmt: skip


def _change(change: Fraction) -> str:
    return f"{'+' if change > 0 else ''}{printing.text(change, Unit.SHARE)}"
