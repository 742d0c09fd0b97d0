"""Which metrics an answer has, by what is asked."""

from collections.abc import Sequence

from reports.answers.question import By, Question
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Expected, Sums

# What has reads of its own: what a note shares among its listings is divided by none of theirs.
_HAS_READS = frozenset({By.NOTE, By.BOOST, By.DAY})
# An order has one day and one kind of store; notes and listings count it once each.
_COUNTS_ASSISTS = frozenset({By.NOTE, By.LISTING, By.DAY, By.STORE_KIND})


def columns(question: Question) -> Sequence[Metric[Sums]]:
    """The columns of a breakdown: by the day of the touch credit and reads are of the same days, so
    their ratio is among them."""
    has_ratios = question.is_by_touch and question.by in _HAS_READS
    ratios = metrics.BY_TOUCH_DAY if has_ratios else ()
    return of_base(question, (*metrics.BREAKDOWN, *ratios))


def counts_assists(question: Question) -> bool:
    """Whether rows have a number of assisted orders: by order day, since an order may have touches
    of several days; and of what counts each order once."""
    return not question.is_by_touch and question.by in _COUNTS_ASSISTS


def of_base(question: Question, asked: Sequence[Metric[Sums]]) -> Sequence[Metric[Sums]]:
    """The metrics as what they are by the days of the question: by the day of the touch all that
    is credited is of that day, and assists are not told."""
    if not counts_assists(question):
        asked = [metric for metric in asked if metric != metrics.ASSISTED]
    return [metric.by_touch_day() for metric in asked] if question.is_by_touch else asked


def maturity_columns(question: Question, by: By | None = None) -> Sequence[Metric[Expected]]:
    """The columns of what is not counted, of the question's rows or those `by` something else: by
    touch day alone, of rows whose touches are their own; how many orders are expected is told of
    days, which are the cohorts."""
    by = by or question.by
    if not question.is_by_touch or by not in _HAS_READS:
        return ()
    return metrics.MATURITY if by == By.DAY else (metrics.SHARE_IN,)
