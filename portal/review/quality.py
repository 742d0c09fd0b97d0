"""How good reviewing is: how long answers take, and how many of those that were disputed fell.

By noun and size of who asked, and by coded reason; all from the journal and the appeals. ADR 0167.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from portal import clock
from portal.review import kinds, reasons, sizes, speed
from portal.review.kinds import Kind
from portal.review.models import Appeal, Decision, Outcome
from portal.review.sizes import Size
from portal.review.speed import Speed

# Disputes are rarer than answers, so more days are looked at.
DAYS = 90
# The newest answers, and the newest disputes, that one page counts at most.
MOST = 20_000
DECIDED = (Outcome.UPHELD, Outcome.OVERTURNED, Outcome.CHANGED)


@dataclass
class Measured:
    """What was counted of a group of answers."""

    times: list[timedelta] = field(default_factory=list)
    given: int = 0
    disputed: int = 0
    overturned: int = 0

    @property
    def speed(self) -> Speed:
        return speed.measured(self.times)

    @property
    def overturn_rate(self) -> Fraction | None:
        """The part of the disputed decisions that became a yes, not another no; None of fewer than
        speed.LEAST."""
        if self.disputed < speed.LEAST:
            return None
        return Fraction(self.overturned, self.disputed)


def by_size() -> list[dict[str, Any]]:
    """A row per noun that is decided about, and one per size of who asked where there is any."""
    groups: dict[tuple[str, Size | None], Measured] = defaultdict(Measured)
    asked, disputes = _answers(), _disputes()
    size_of = _sizes({(noun, number) for noun, number, *_rest in [*asked, *disputes]})
    for noun, number, asked_at, at, _codes in asked:
        for size in (None, size_of[noun, number]):
            groups[noun, size].times.append(at - asked_at)
    for noun, number, outcome, _codes in disputes:
        for size in (None, size_of[noun, number]):
            _count(groups[noun, size], outcome)
    return [
        _row(groups[noun, size], noun=noun, kind=label, size=size)
        for noun, label in _nouns()
        for size in (None, *Size)
        if size is None or (noun, size) in groups
    ]


def by_reason() -> list[dict[str, Any]]:
    """A row per coded reason that was given, the most frequent of a noun first."""
    groups: dict[tuple[str, str], Measured] = defaultdict(Measured)
    for noun, _number, _asked_at, _at, codes in _answers():
        for code in codes:
            groups[noun, code].given += 1
    for noun, _number, outcome, codes in _disputes():
        for code in codes or ():
            _count(groups[noun, code], outcome)
    labels = {noun: {one.code: one.label for one in reasons.of(noun)} for noun, _label in _nouns()}
    return [
        _row(found, noun=noun, kind=label, reason=str(labels[noun].get(code, code)))
        for noun, label in _nouns()
        for (of, code), found in sorted(groups.items(), key=lambda one: (-one[1].given, one[0]))
        if of == noun
    ]


def _row(found: Measured, **named: Any) -> dict[str, Any]:
    took = found.speed
    return {
        **named,
        "given": found.given,
        "answers": took.count,
        "half": took.half,
        "most": took.most,
        "disputed": found.disputed,
        "overturned": found.overturned,
        "overturn_rate": found.overturn_rate,
    }


def _count(found: Measured, outcome: str) -> None:
    found.disputed += 1
    found.overturned += outcome == Outcome.OVERTURNED


def _nouns() -> Sequence[tuple[str, str]]:
    """The nouns that are decided about and what they are called, each once."""
    labels: dict[str, str] = {}
    for kind in kinds.every():
        labels.setdefault(kind.noun, str(kind.label))
    return list(labels.items())


def _since() -> datetime:
    return clock.now() - timedelta(days=DAYS)


def is_cut() -> bool:
    """Whether there were more answers or disputes in these days than are counted."""
    counted = (_decided(), _disputed())
    return any(found[MOST : MOST + 1].exists() for found in counted)


def _decided() -> QuerySet[Decision]:
    return Decision.objects.answers().filter(at__gte=_since()).order_by("-at")


def _disputed() -> QuerySet[Appeal]:
    found = Appeal.objects.filter(outcome__in=DECIDED, ended_at__gte=_since())
    return found.order_by("-ended_at")


def _answers() -> list[tuple[Any, ...]]:
    """Noun, number, when asked, when answered and codes, of the newest answers."""
    return list(_decided().values_list("noun", "number", "asked_at", "at", "codes")[:MOST])


def _disputes() -> list[tuple[Any, ...]]:
    """Noun, number, outcome and the codes of what was disputed, of the newest that are decided."""
    before = Decision.objects.answers().filter(
        noun=OuterRef("noun"), number=OuterRef("number"), at__lte=OuterRef("asked_at")
    )
    told = _disputed().annotate(codes=Subquery(before.order_by("-pk").values("codes")[:1]))
    return list(told.values_list("noun", "number", "outcome", "codes")[:MOST])


def _sizes(subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Size]:
    """How large the team is that asked for each subject; not known where the platform asks."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for noun, number in subjects:
        numbers[noun].append(number)
    teams: dict[tuple[str, int], int] = {}
    for kind in _one_of_each():
        if kind.model.TEAM and (wanted := numbers.get(kind.noun)):
            rows = kind.model._base_manager.filter(pk__in=wanted)
            found = rows.values_list("pk", kind.model.TEAM)
            teams |= {(kind.noun, pk): team for pk, team in found if team is not None}
    size_of = sizes.of_teams(set(teams.values()))
    return {
        (noun, number): size_of[teams[noun, number]] if (noun, number) in teams else Size.UNKNOWN
        for noun, wanted in numbers.items()
        for number in wanted
    }


def _one_of_each() -> Iterable[Kind]:
    return {kind.noun: kind for kind in kinds.every()}.values()
