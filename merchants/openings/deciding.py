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


class Place(NamedTuple):
    """Where something may lead outside."""

    programme_id: int
    category_id: int
    placement: str
    store_kind: str


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
    merchants: frozenset[int] = frozenset()
    change_id: int | None = None

    @property
    def place(self) -> Place:
        """The place it is of; what lies in the category follows it."""
        return Place(self.programme_id, self.category_id, self.placement, self.store_kind)

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
# Under these only those lead who did when the rule began.
_LETS_RUN_OUT = frozenset({"closing"})
# What a sweep closes: whatever leads, or leads some.
_FALLS = _TAKES_NEW | _LETS_RUN_OUT


def decide(rules: Iterable[Rule], lineage: Sequence[int], at: datetime) -> Rule | None:
    """The rule that decides at `at` about the category that `lineage` begins with; None where none
    does, and the place is closed.

    Rules that sweep take what leads below them with them, one after the other (`_swept`). Of the
    rest the narrowest decides, and of one category the latest.
    """
    depth = {category: step for step, category in enumerate(lineage)}
    there = [rule for rule in rules if rule.category_id in depth and rule.is_in_force(at)]
    # Of one instant what is narrower sweeps first, so that what it closed is closed for the wider.
    sweeping = sorted(
        (rule for rule in there if rule.sweeps),
        key=lambda rule: (rule.effective_at, depth[rule.category_id], rule.pk),
    )
    for by in sweeping:
        there = _swept(by, there, depth, at)
    return _narrowest(there, depth)


def _narrowest(rules: Iterable[Rule], depth: dict[int, int]) -> Rule | None:
    return max(
        rules,
        key=lambda rule: (-depth[rule.category_id], rule.effective_at, rule.pk),
        default=None,
    )


def _swept(by: Rule, there: list[Rule], depth: dict[int, int], at: datetime) -> list[Rule]:
    """What `by` leaves of `there`. Where what it reaches says that something leads, all of that is
    gone, with the older and wider rules behind it; where it has closed or suspended for itself,
    all of it stays: what takes away in a branch opens nothing in it."""
    reached = [rule for rule in there if _reaches(by, rule, depth)]
    if state_of(_narrowest(reached, depth), at) not in _FALLS:
        return there
    return [rule for rule in there if not _reaches(by, rule, depth)]


def _reaches(by: Rule, rule: Rule, depth: dict[int, int]) -> bool:
    """Whether `rule` began no later than `by`, and is of a category below its own and not below one
    that it keeps."""
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
    takes_new = state in _TAKES_NEW
    if state in _LETS_RUN_OUT:
        leads = _is_no_newer(rule, since_at) and _led_before(
            rule, rules, lineage, merchant, since_at
        )
        return Standing(rule, state, leads, takes_new)
    if _LEADS[state](rule, merchant):
        return Standing(rule, state, leads=True, takes_new=takes_new)
    is_spared = (
        _grandfathers(rule, since_at, at)
        and not _is_swept_away(rule, rules, lineage, merchant, since_at, at)
        and _led_before(rule, rules, lineage, merchant, since_at)
    )
    return Standing(
        rule, state, is_spared, takes_new=False, grandfathering=rule if is_spared else None
    )


def _is_no_newer(rule: Rule, since_at: datetime | None) -> bool:
    """Whether a listing, live since `since_at`, was there when `rule` began. What is not live is
    asked about as if it had been."""
    return since_at is None or since_at <= rule.effective_at


def _is_swept_away(
    rule: Rule,
    rules: Sequence[Rule],
    lineage: Sequence[int],
    merchant: int | None,
    since_at: datetime | None,
    at: datetime,
) -> bool:
    """Whether a wider rule has ended since what `rule`, which closed for itself, leaves alone."""
    depth = {category: step for step, category in enumerate(lineage)}
    return any(
        not _LEADS[state_of(by, at)](by, merchant) and not _grandfathers(by, since_at, at)
        for by in rules
        if by.sweeps
        and by.category_id in depth
        and by.is_in_force(at)
        and _reaches(by, rule, depth)
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
