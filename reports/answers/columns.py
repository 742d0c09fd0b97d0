"""Which metrics an answer has, by what is asked."""

from collections.abc import Sequence

from reports.answers.question import By, Question
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Sums

# What has reads of its own: what a note shares among its listings is divided by none of theirs.
_HAS_READS = frozenset({By.NOTE, By.BOOST, By.DAY})


def columns(question: Question) -> Sequence[Metric[Sums]]:
    """The columns of a breakdown: by the day of the touch credit and reads are of the same days, so
    their ratio is among them."""
    if not question.is_by_touch:
        return metrics.BREAKDOWN
    ratios = metrics.BY_TOUCH_DAY if question.by in _HAS_READS else ()
    return [metric.by_touch_day() for metric in (*metrics.BREAKDOWN, *ratios)]
