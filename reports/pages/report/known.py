"""What a page says of the days of its numbers, whichever page it is: lamps, and what lacks."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from portal.choices import Colour
from reports.answers.caveat_words import Said, named
from reports.answers.caveats import CAVEATS
from reports.answers.coverage import Coverage, spans
from reports.answers.question import Question

# Where a lamp leads.
_LEADS_TO = {
    "completeness_percent": "reports:health-merchant",
    "reported_by_merchant": "reports:health-merchant",
    "restated": "reports:report-changes",
}
# What has a list of its own below the lamps.
_LISTED = frozenset({"missing", "short", "suspensions"})
_IDS = {"completeness_percent": "arrived"}


@dataclass(frozen=True)
class Lamp:
    """One sentence with its colour; `id` names the first of its kind."""

    id: str
    colour: Colour
    said: Said
    leads_to: str


@dataclass(frozen=True)
class WaitedFor:
    """What one sender still owes: whose data, which days, and by when the first of them."""

    name: str
    spans: list[tuple[date, date]]
    due_at: datetime
    is_overdue: bool

    @property
    def days(self) -> str:
        return named(self.spans)


@dataclass(frozen=True)
class Lacking:
    """What one sender has called whole although `rows` of these days are missing; `is_of_all`
    among all stores of the source, perhaps none of the merchant's."""

    name: str
    spans: list[tuple[date, date]]
    rows: int
    is_of_all: bool

    @property
    def days(self) -> str:
        return named(self.spans)


def _id_of(code: str) -> str:
    return _IDS.get(code, code.replace("_", "-"))


class KnownPart:
    """What `_coverage.html` shows of the days of an answer."""

    # Whether it stands on a report, whose days can be computed again.
    is_report = False

    def __init__(self, question: Question, coverage: Coverage, *, prefix: str = "") -> None:
        """`prefix` stands before the ids of a second one on a page."""
        self.question, self.coverage, self.prefix = question, coverage, prefix

    @property
    def lamps(self) -> list[Lamp]:
        found = []
        for caveat in CAVEATS:
            if caveat.code in _LISTED:
                continue
            is_percent = caveat.code == "completeness_percent"
            for place, said in enumerate(caveat.in_words(self.coverage)):
                found.append(
                    Lamp(
                        "" if place else self.prefix + _id_of(caveat.code),
                        self.lamp if is_percent else caveat.colour,
                        said,
                        _LEADS_TO.get(caveat.code, ""),
                    )
                )
        return found

    @property
    def lamp(self) -> Colour:
        """Green for what is whole and in the numbers, red for what is overdue."""
        if self.coverage.is_whole:
            return Colour.GREEN
        is_overdue = any(one.is_overdue for one in self.coverage.states.missing)
        return Colour.RED if is_overdue else Colour.YELLOW

    @cached_property
    def waited_for(self) -> list[WaitedFor]:
        """What has not arrived, by sender, what is overdue first."""
        found = [
            WaitedFor(one.stream.name, spans(one.days), one.due_at, one.is_overdue)
            for one in self.coverage.states.missing
        ]
        return sorted(found, key=lambda one: (not one.is_overdue, one.due_at))

    @cached_property
    def lacking(self) -> list[Lacking]:
        """What was called whole and lacks rows, by sender."""
        return [
            Lacking(one.stream.name, spans(one.days), one.rows, one.is_of_all)
            for one in self.coverage.states.short
        ]
