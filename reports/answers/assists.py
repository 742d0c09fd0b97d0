"""What counts assists in facts, and when nobody knows how many they are."""

from collections.abc import Iterable, Sequence
from typing import Any

from reports.answers.question import By, Question
from reports.attribution.choices import Model
from reports.attribution.models import ReportDay
from reports.metrics.registry import ASSISTED, Metric
from reports.metrics.sums import Sums

# Of whom an order is counted once each, and by what it stands there.
_WHICH = {By.NOTE: "by_note", By.LISTING: "by_listing"}
# The columns of these: sums of two of them may have an order in common.
_SHARED = ("note_id", "listing_id")
# An order has several of these: which of them had a part is not counted.
_UNCOUNTED = ("boost_id", "placement", "product_id")
_DAY = "on"
# What sums call them where they are not counted.
ASSISTS = "assists"


class Assists:
    """Assists of the report days that a question reads."""

    def __init__(self, question: Question, report_days: Sequence[ReportDay]) -> None:
        self._question = question
        # Days that are computed without them.
        self.lacking = [day.on for day in report_days if day.has_assists is False]
        self._is_any = any(day.has_assists for day in report_days)

    def column(self, by: By | None, model: Model | None = None) -> str | None:
        """The column of credit that counts the assists of a row of the breakdown, or of all rows
        together; None where there is none: under a model that has none they are 0."""
        model = model or self._question.model
        if self._question.is_by_touch or not model.gives_all_to_one:
            return None
        is_of_listings = self._question.by == By.LISTING
        whole = "among_listings" if is_of_listings else "among_notes"
        return model.assists(_WHICH.get(by, whole) if by else whole)

    def told_in_files(self, asked: Iterable[Metric[Sums]]) -> list[Metric[Sums]]:
        """Those of `asked` that files have: assists only where a day counts them, so that a file
        of days from before is given again as it was."""
        return [one for one in asked if self._is_any or one.code != ASSISTED.code]

    def mark(self, sums: Sums, column: str | None, keys: Iterable[Any] = ()) -> Sums:
        """`sums` of `keys` of `column`, or of everything, with what to know of its assists: of
        whom they are, and whether they are counted."""
        lacking = self.lacking
        if column == _DAY:
            lacking = [on for on in keys if on in lacking]
        if lacking or self._question.is_by_touch or column in _UNCOUNTED:
            sums.uncounted.add(ASSISTS)
        if column in _SHARED:
            sums.assisted_of.update(keys)
        return sums
