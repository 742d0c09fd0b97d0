"""What a change is about: the rooms that own dated rules say how theirs are read and put in force.

A registry by kind of change, which the rooms above fill.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from merchants.rulechanges.models import RuleChange


@dataclass(frozen=True)
class Lines:
    """The lines of one kind of change.

    `words` calls a change by what it is about. `judged` is what a signer reads of its lines and of
    what decides there now, by name. `takes_away` is the first instant at which something that led
    leads no more if it is signed at the moment, None where it only gives. `refuse` raises Refusal
    where it cannot be signed at the moment. `apply` puts its lines in force: `signed_at` and
    `effective_at` of the change are set by then.
    """

    words: Callable[["RuleChange"], str]
    judged: Callable[["RuleChange"], Mapping[str, object]]
    takes_away: Callable[["RuleChange", datetime], datetime | None]
    refuse: Callable[["RuleChange", datetime], None]
    apply: Callable[["RuleChange"], None]


_kinds: dict[str, Lines] = {}


def add(kind: str, lines: Lines) -> None:
    """Name the lines of a kind; called once, when the app is ready."""
    if kind in _kinds:
        raise ValueError(f"There are two kinds of {kind}.")
    _kinds[kind] = lines


def of(kind: str) -> Lines:
    return _kinds[kind]
