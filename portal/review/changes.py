"""What has changed of a subject since it was decided about the last time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from portal import words
from portal.review.models import Decision
from portal.review.subjects import Reviewable


def plain(value: Any) -> str:
    """A fact as people read it; what a list holds, one after the other, without what is empty."""
    if value is None or value in ("", []):
        return words.NOTHING
    if isinstance(value, list):
        return " · ".join(plain(one) for one in value if one not in (None, "", []))
    if isinstance(value, int):
        return words.count(value)
    return str(value)


def moment(value: str | None) -> str:
    """An instant as a snapshot keeps it."""
    return words.instant(datetime.fromisoformat(value) if value else None)


@dataclass(frozen=True)
class Fact:
    """What a thing that is judged is called, and how its value reads."""

    label: Promise
    text: Callable[[Any], str] = plain


@dataclass(frozen=True)
class Change:
    label: Promise
    before: str
    after: str


def since(decision: Decision, subject: Reviewable, facts: Mapping[str, Fact]) -> Sequence[Change]:
    """What of `facts` is not as it was judged then, in the order of the facts."""
    before, after = decision.judged, subject.snapshot()
    return [
        Change(fact.label, _said(fact, before.get(name)), _said(fact, after.get(name)))
        for name, fact in facts.items()
        if before.get(name) != after.get(name)
    ]


def _said(fact: Fact, value: Any) -> str:
    return words.NOTHING if value in (None, "", []) else fact.text(value)
