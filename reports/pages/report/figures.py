"""Single numbers, each with its name and what to know of it: of an object, or of what was spent."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.answers.columns import unmeasured_beside
from reports.metrics import printing
from reports.metrics.registry import Metric
from reports.metrics.sums import Sums


@dataclass(frozen=True)
class Figure:
    """One number, as it is told."""

    metric: Metric[Sums]
    text: str
    note: str = ""


def figures_of(shown: Sequence[Metric[Sums]], sums: Sums | None) -> list[Figure]:
    """The metrics of `sums`; what is estimated says between which bounds it is."""
    return [
        Figure(one, printing.text(one.of(sums), one.unit), printing.beside(one, sums))
        for one in shown
    ]


def unmeasured(shown: Sequence[Metric[Sums]]) -> list[Figure]:
    """What stands beside `shown` by its name, and is measured by nobody: nothing where no ratio of
    results to cost is shown that could be taken for it."""
    return [Figure(one, str(printing.NOT_MEASURED)) for one in unmeasured_beside(shown)]
