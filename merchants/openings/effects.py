"""What a rule change does, told before it is proposed and before it is signed: what decides before
and after it in each place, what falls with a branch, what is taken away when, and how many persons
it takes."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from merchants.catalogue.models import Category
from merchants.openings import lines as rows
from merchants.openings.deciding import TICK, Place, Rule
from merchants.openings.models import Opening, OpeningState, Programme
from merchants.openings.policy import Cell, Policy
from merchants.openings.taking_away import takes_away
from merchants.rulechanges import notice
from merchants.rulechanges.models import RuleChange

# Places that a page shows one by one.
MOST_SHOWN = 200


@dataclass(frozen=True)
class Effect:
    """What becomes of one place: the words for it, and what decides from `at` on, by what was
    before and by what is then. `before` is of the moment before; of a rollback it is what would
    decide `at` that very instant if nothing were taken back."""

    scope: str
    at: datetime
    before: Cell
    after: Cell
    then: Cell | None

    @property
    def was(self) -> OpeningState:
        return OpeningState(self.before.state)

    @property
    def becomes(self) -> OpeningState:
        return OpeningState(self.after.state)

    @property
    def comes(self) -> OpeningState | None:
        """What follows at `after.next_at`; None where nothing is known to."""
        return OpeningState(self.then.state) if self.then else None

    @property
    def is_kept_from_us(self) -> bool:
        """Whether another rule decides here all the same: a later one of the same place."""
        return self.after.rule is not None and self.before[:2] == self.after[:2]


@dataclass(frozen=True)
class Below:
    """A rule that something below has opened or closed for itself: does it fall with the branch, or
    stay fallen where the branch opens anew?"""

    category: Category
    scope: str
    state: OpeningState
    change_id: int | None
    falls: bool


@dataclass(frozen=True)
class Told:
    """All of it. `at` is when it would be signed (last); `persons` are those it takes then, its
    author among them, and two are enough until `two_until`."""

    at: datetime
    effects: Sequence[Effect]
    below: Sequence[Below]
    taken_at: datetime | None
    persons: int
    two_until: datetime | None
    is_rollback: bool

    @property
    def is_short(self) -> bool:
        return self.persons == notice.THREE

    @property
    def takes_at_once(self) -> bool:
        """Whether something is taken away at the very signature."""
        return self.taken_at is not None and self.taken_at <= self.at

    @property
    def shown(self) -> Sequence[Effect]:
        """As many as a page can bear; `more` are left out."""
        return self.effects[:MOST_SHOWN]

    @property
    def more(self) -> int:
        return len(self.effects) - len(self.shown)

    @property
    def seen(self) -> str:
        """Names what is told, so that what is proposed is what was read. An instant that has come
        is one word: a moment later the same is told."""
        told = [
            [
                [one.scope, self._read(one.at), *map(self._cell, (one.before, one.after, one.then))]
                for one in self.effects
            ],
            [(one.scope, one.state.value, one.falls) for one in self.below],
            self._read(self.taken_at),
            self._read(self.two_until),
            self.persons,
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]

    def _cell(self, cell: Cell | None) -> list[object]:
        if cell is None:
            return []
        rule = cell.rule and list(map(self._value, cell.rule))
        return [cell.state, rule, self._read(cell.next_at)]

    def _value(self, value: object) -> str:
        if isinstance(value, datetime):
            return self._read(value)
        # A set has no order of its own that would be the same in each process.
        return str(sorted(value) if isinstance(value, frozenset) else value)

    def _read(self, at: datetime | None) -> str:
        if at is None:
            return ""
        return at.astimezone(UTC).isoformat() if at > self.at else "come"


def of_lines(lines: Sequence[Opening], *, at: datetime, change_id: int | None = None) -> Told:
    """What `lines`, signed or not, do if they are signed at `at`; those that are signed already did
    it then."""
    before = Policy.read()
    if change_id is not None:
        before = before.without(change_id)
    ours = [_moved(line, at) for line in lines]
    after = before.with_lines(ours)
    return _told(before, after, lines, ours, at=at, is_rollback=False)


def of_rollback(lines: Sequence[Opening], change: RuleChange, *, at: datetime) -> Told:
    """What it does to take `lines`, those of `change`, back at `at`."""
    base = Policy.read().without(change.pk)
    ours = [rows.of(line)._replace(until_at=line.expires_at) for line in lines]
    gone = [rule._replace(until_at=min(filter(None, (rule.until_at, at)))) for rule in ours]
    before, after = base.with_lines(ours), base.with_lines(gone)
    return _told(before, after, lines, gone, at=at, is_rollback=True)


def _moved(line: Opening, at: datetime) -> Rule:
    """The line as it would be in force: what is signed late begins with its signature."""
    rule = rows.of(line)
    return rule if line.signed_at else rule._replace(effective_at=max(rule.effective_at, at))


def _told(
    before: Policy,
    after: Policy,
    lines: Sequence[Opening],
    ours: Sequence[Rule],
    *,
    at: datetime,
    is_rollback: bool,
) -> Told:
    since = at if is_rollback else min(rule.effective_at for rule in ours)
    taken_at = takes_away(before, after, since)
    return Told(
        at=at,
        effects=[
            _effect(before, after, line.scope, rule, since, is_rollback=is_rollback)
            for line, rule in zip(lines, ours, strict=True)
        ],
        below=_below(before, after, ours, since),
        taken_at=taken_at,
        persons=notice.persons(taken_at, signed_at=at, is_rollback=is_rollback),
        two_until=None if is_rollback else notice.sign_until(taken_at),
        is_rollback=is_rollback,
    )


def _effect(
    before: Policy, after: Policy, scope: str, rule: Rule, since: datetime, *, is_rollback: bool
) -> Effect:
    """Of a rule that has not begun `since` then, what becomes of its place when it would."""
    place, at = rule.place, max(since, rule.effective_at)
    was, cell = before.cell(*place, at if is_rollback else at - TICK), after.cell(*place, at)
    then = None if cell.next_at is None else after.cell(*place, cell.next_at)
    return Effect(scope, at, was, cell, then)


def _below(before: Policy, after: Policy, ours: Iterable[Rule], at: datetime) -> list[Below]:
    """The rules of what lies below that would decide there at that instant, and those that fell
    with the branch before and are not back when it opens anew: of each whether it falls."""
    ours = list(ours)
    new = {rule.place for rule in ours}
    near = {
        place._replace(category_id=category)
        for place in new
        for category in before.branch(place.category_id)
    } - new
    opens = {rule for rule in ours if not rule.sweeps}
    newest: dict[Place, Rule] = {}
    for rule in sorted(before.rules, key=lambda rule: (rule.effective_at, rule.pk)):
        if rule.place in near and rule.is_in_force(at):
            newest[rule.place] = rule
    own = [
        rule
        for place, rule in newest.items()
        if before.decides(*place, at) == rule or after.decides(*place, at) in opens
    ]
    if not own:
        return []
    tree = Category.objects.as_tree()
    programmes = {programme.pk: programme for programme in Programme.objects.all()}
    return [
        Below(
            tree[rule.category_id],
            Opening(
                programme=programmes[rule.programme_id],
                category=tree[rule.category_id],
                placement=rule.placement,
                store_kind=rule.store_kind,
            ).scope,
            OpeningState(rule.state),
            rule.change_id,
            falls=after.decides(*rule.place, at) != rule,
        )
        for rule in own
    ]
