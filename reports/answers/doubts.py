"""What to bear in mind of money that is estimated from a sample: the one home of these warnings."""

from collections.abc import Iterable, Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.answers.side_by_side import Comparison
from reports.attribution.choices import Model
from reports.metrics import registry as metrics
from reports.metrics.estimates import few_decide, is_of_few
from reports.metrics.registry import Metric
from reports.metrics.sampled import Sampled
from reports.metrics.sums import MICRO, Sums


class Doubt(models.TextChoices):
    """A warning: its code in files, and the sentence for people."""

    FEW_BUYERS = (
        "few_buyers",
        _("Money of the sampled days is of fewer than 30 buyers: it is too uncertain to compare."),
    )
    FEW_DECIDE = (
        "few_decide",
        _(
            "Few large buyers decide: one of 32 groups of buyers brings more than a fifth of the"
            " GMV."
        ),
    )


def doubts_of(sums: Sums | None, lacking: frozenset[str] = frozenset()) -> list[Doubt]:
    """The warnings about credited money; none where everything came, nothing is known, or the kinds
    of events that nobody sends (`lacking`) are among those it is made of."""
    orders, money = (_counted(metric, sums, lacking) for metric in (metrics.ORDERS, metrics.GMV))
    if not isinstance(orders, Sampled) or not isinstance(money, Sampled):
        return []
    found = {
        Doubt.FEW_BUYERS: is_of_few(orders, money, one=MICRO),
        Doubt.FEW_DECIDE: few_decide(money),
    }
    return [doubt for doubt, holds in found.items() if holds]


def _counted(metric: Metric[Sums], sums: Sums | None, lacking: frozenset[str]) -> object:
    return metric.without(lacking).counted(sums)


def doubts_by_model(
    sums: Mapping[Model, Sums] | None, lacking: frozenset[str] = frozenset()
) -> list[Doubt]:
    """The warnings about the money of at least one model."""
    found = {doubt for of_model in (sums or {}).values() for doubt in doubts_of(of_model, lacking)}
    return [doubt for doubt in Doubt if doubt in found]


def doubts_of_comparison(comparison: Comparison) -> list[Doubt]:
    """The warnings about the sums of a comparison."""
    has_numbers = comparison.coverage.has_numbers and comparison.coverage.samples
    rows = comparison.rows
    return doubts_by_model(rows.totals, rows.lacking) if has_numbers else []


def codes(doubts: Iterable[Doubt]) -> str:
    """The warnings in a cell of a file."""
    return " ".join(doubt.value for doubt in doubts)
