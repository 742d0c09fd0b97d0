"""Which metrics an answer has, by what is asked."""

from collections.abc import Collection, Sequence

from reports.answers.question import By, Question
from reports.answers.spend import Side
from reports.attribution.choices import Model
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Expected, Sums
from reports.metrics.worth import CONTRIBUTION, CONTRIBUTION_TO_COST

# What has reads of its own: what a note shares among its listings is divided by none of theirs.
_HAS_READS = frozenset({By.NOTE, By.BOOST, By.DAY})
# An order has one day and one kind of store; notes and listings count it once each.
_COUNTS_ASSISTS = frozenset({By.NOTE, By.LISTING, By.DAY, By.STORE_KIND})


def columns(question: Question, sides: Collection[Side] = ()) -> Sequence[Metric[Sums]]:
    """The columns of a breakdown: by the day of the touch credit and reads are of the same days, so
    their ratio is among them, and ratios to the `sides` of cost that there are. Nobody who has
    spent nothing reads of costs."""
    has_ratios = question.is_by_touch and question.by in _HAS_READS
    ratios = metrics.BY_TOUCH_DAY if has_ratios else ()
    worth = (CONTRIBUTION,) if Side.WORTH in sides else ()
    return of_base(question, (*metrics.BREAKDOWN, *ratios, *worth, *spending(question, sides)))


def spending(question: Question, sides: Collection[Side]) -> Sequence[Metric[Sums]]:
    """The metrics of what was spent on these `sides`, and what that brought, of rows whose touches
    are their own."""
    if question.by not in _HAS_READS:
        return ()
    found: list[Metric[Sums]] = []
    for side, cost, brought in (
        (Side.BOOSTS, metrics.SPENDING, metrics.BROUGHT),
        (Side.OUTSIDE, metrics.OUTSIDE, metrics.BROUGHT_FOR_ALL),
    ):
        if side in sides:
            found += (*cost, *(brought if question.is_by_touch else ()))
    if found and question.is_by_touch and Side.WORTH in sides:
        found.append(CONTRIBUTION_TO_COST)
    return found


def unmeasured_beside(shown: Sequence[Metric[Sums]]) -> Sequence[Metric[Sums]]:
    """What files name beside `shown` without a number, so that nobody takes another one for it."""
    return metrics.UNMEASURED if metrics.ALL_ROI in shown else ()


def counts_assists(question: Question, model: Model | None = None) -> bool:
    """Whether rows have a number of assisted orders: by order day, since an order may have touches
    of several days; of what counts each order once; and under a `model`, by default that of the
    question, which gives all of an order to one touch: others leave nobody without a share."""
    is_of_one = (model or question.model).gives_all_to_one
    return is_of_one and not question.is_by_touch and question.by in _COUNTS_ASSISTS


def of_base(
    question: Question, asked: Sequence[Metric[Sums]], model: Model | None = None
) -> Sequence[Metric[Sums]]:
    """The metrics as what they are by the days of the question and under a `model`, by default its
    own: by the day of the touch all that is credited is of that day; where assists cannot be, they
    are not told, not even as 0."""
    if not counts_assists(question, model):
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
