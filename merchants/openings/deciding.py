"""Which rule decides about a place at a moment, and whom it lets out: pure, over rows in memory.

A place is a category under a programme, at a placement, for a kind of store. `rules` are those of
one programme, placement and kind of store; `lineage` is a category and what it lies in, narrowest
first. Every page, link and job asks here, through `openings/policy.py`. ADR 0190.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from portal import clock

TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)


class Rule(NamedTuple):
    """One signed line of a rule change.

    It is in force from `effective_at` on, and before `until_at`: its expiry, or when it was taken
    back. `last_on` is the last day (Asia/Shanghai) of one that is closing; `kept` are categories
    whose own rules a sweeping one leaves alone; `merchants` are those of a pilot.
    """

    pk: int
    programme_id: int
    placement: str
    store_kind: str
    category_id: int
    state: str
    effective_at: datetime
    until_at: datetime | None = None
    last_on: date | None = None
    sweeps: bool = False
    kept: tuple[int, ...] = ()
    grandfather: str = "none"
    grandfather_until: datetime | None = None
    merchants: tuple[int, ...] = ()
    change_id: int | None = None

    @property
    def ends_at(self) -> datetime | None:
        """The instant after the last day of one that is closing."""
        return None if self.last_on is None else clock.start_of(self.last_on + _DAY)

    def is_in_force(self, at: datetime) -> bool:
        return self.effective_at <= at and (self.until_at is None or at < self.until_at)

    def edges(self) -> Iterator[datetime]:
        """The instants at which something may change by this rule."""
        marks = (self.effective_at, self.until_at, self.ends_at, self.grandfather_until)
        return (mark for mark in marks if mark is not None)


def state_of(rule: Rule | None, at: datetime) -> str:
    """The word for what the deciding `rule` says at `at`: a place without one is closed, and so is
    what was closing, after its last day."""
    if rule is None or (rule.ends_at is not None and rule.ends_at <= at):
        return "closed"
    return rule.state


# Whom a state lets lead outside: everyone, those on the list of the rule, or nobody.
_LEADS: dict[str, Callable[[Rule, int | None], bool]] = {
    "open": lambda rule, merchant: True,
    "pilot": lambda rule, merchant: merchant in rule.merchants,
    "closing": lambda rule, merchant: True,
    "suspended": lambda rule, merchant: False,
    "closed": lambda rule, merchant: False,
}
STATES = frozenset(_LEADS)
# Under these something new may go live, where it may lead at all.
_TAKES_NEW = frozenset({"open", "pilot"})


def decide(rules: Iterable[Rule], lineage: Sequence[int], at: datetime) -> Rule | None:
    """The rule that decides at `at` about the category that `lineage` begins with; None where none
    does, and the place is closed.

    A rule that sweeps takes with it those that began no later and are of categories below its own,
    but for what it keeps. Of the rest the narrowest decides, and of one category the latest.
    """
    depth = {category: step for step, category in enumerate(lineage)}
    there = [rule for rule in rules if rule.category_id in depth and rule.is_in_force(at)]
    sweeping = [rule for rule in there if rule.sweeps]
    if sweeping:
        there = [rule for rule in there if not any(_sweeps(by, rule, depth) for by in sweeping)]
    return max(
        there,
        key=lambda rule: (-depth[rule.category_id], rule.effective_at, rule.pk),
        default=None,
    )


def _sweeps(by: Rule, rule: Rule, depth: dict[int, int]) -> bool:
    """Whether `by` takes `rule` with it, of a category below its own and not below one it keeps."""
    if depth[by.category_id] <= depth[rule.category_id] or by.effective_at < rule.effective_at:
        return False
    return not any(kept in depth and depth[kept] >= depth[rule.category_id] for kept in by.kept)


class Standing(NamedTuple):
    """What the deciding rule means for one listing: `rule` and its `state`; whether the listing
    `leads` outside by it; whether something new may go live; and, where it leads although the rule
    has taken that away, by which `grandfathering` rule."""

    rule: Rule | None
    state: str
    leads: bool
    takes_new: bool
    grandfathering: Rule | None = None


def standing(
    rules: Sequence[Rule],
    lineage: Sequence[int],
    *,
    merchant: int | None,
    since_at: datetime | None,
    at: datetime,
) -> Standing:
    """Where a listing of `merchant` stands at `at`; `since_at` is when its owner made it live, or
    edited it, for the last time. None stands for a merchant of no list, and for what is not live.
    """
    rule = decide(rules, lineage, at)
    state = state_of(rule, at)
    if rule is None:
        return Standing(None, state, leads=False, takes_new=False)
    if _LEADS[state](rule, merchant):
        return Standing(rule, state, leads=True, takes_new=state in _TAKES_NEW)
    is_spared = _grandfathers(rule, since_at, at) and _led_before(
        rule, rules, lineage, merchant, since_at
    )
    return Standing(
        rule, state, is_spared, takes_new=False, grandfathering=rule if is_spared else None
    )


def _grandfathers(rule: Rule, since_at: datetime | None, at: datetime) -> bool:
    """Whether `rule` still leaves alone at `at` what was live since `since_at`."""
    if since_at is None or since_at > rule.effective_at:
        return False
    return _SPARES[rule.grandfather](rule, at)


# Until when a rule leaves alone what led before it. Whoever edits has another `since_at`.
_SPARES: dict[str, Callable[[Rule, datetime], bool]] = {
    "none": lambda rule, at: False,
    "until_edit": lambda rule, at: True,
    "until_date": lambda rule, at: (
        rule.grandfather_until is not None and at < rule.grandfather_until
    ),
}
GRANDFATHERS = frozenset(_SPARES)


def _led_before(
    rule: Rule,
    rules: Sequence[Rule],
    lineage: Sequence[int],
    merchant: int | None,
    since_at: datetime | None,
) -> bool:
    """Whether the listing led when `rule` began, or was left alone by a rule before it."""
    just_before = rule.effective_at - TICK
    return standing(rules, lineage, merchant=merchant, since_at=since_at, at=just_before).leads
