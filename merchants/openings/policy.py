"""Policy in memory: what is signed, with all that is to come. Whoever asks whether something may
lead outside asks here, and nobody else decides it. ADR 0190.

A `Policy` never changes: what is signed meanwhile makes another one.
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import count
from typing import NamedTuple, Self

from merchants.catalogue.models import Category
from merchants.openings import deciding, lines
from merchants.openings.deciding import Place, Rule, Standing
from merchants.openings.models import Programme
from merchants.openings.ways import Way
from portal import clock

# What `as_json` writes of each kind of row, in this order.
FORM = ("programme: id marketplace starts ends", lines.FORM, "parent: category parent")
_Scope = tuple[int, str, str]
_EPOCHS = count(1)


class Asked(NamedTuple):
    """What policy has to know of a listing, or of one that might be.

    `approvals` are the merchant's approved applications, each as (programme, category); `since_at`
    is when its owner made it live, or edited it, for the last time, None for what is not live.
    """

    merchant_id: int | None
    category_id: int
    placement: str
    store_kind: str
    approvals: Sequence[tuple[int, int]] = ()
    since_at: datetime | None = None


class Verdict(NamedTuple):
    """The answer: `leads` says whether the listing leads outside, by `way`, the one that is
    furthest along; None where no programme with such stores runs. `state` is the word for it,
    `grandfathered` included."""

    leads: bool
    state: str
    way: Way | None

    @property
    def rule(self) -> Rule | None:
        return self.way and self.way.standing.rule


class Coming(NamedTuple):
    """Where something will stand, from `at` on."""

    at: datetime
    standing: Standing


class Cell(NamedTuple):
    """What is in force at a place at a moment, for whoever is on no list: the deciding rule with
    its `state`, None where no rule decides; `next_at` is when this will change, as far as is known.
    """

    state: str
    rule: Rule | None
    next_at: datetime | None


class Policy:
    """What is in force at any moment, past or future, by all that is signed now.

    `epoch` grows with each one that is made in this process.
    """

    def __init__(
        self,
        programmes: Iterable[Programme],
        rules: Iterable[Rule],
        parents: Mapping[int, int | None],
    ) -> None:
        self.programmes = {programme.pk: programme for programme in programmes}
        self.rules = tuple(rules)
        self.parents = dict(parents)
        self.epoch = next(_EPOCHS)
        self._lineages: dict[int, tuple[int, ...]] = {}
        self._of_scope: dict[_Scope, dict[int, list[Rule]]] = {}
        for rule in self.rules:
            scope = (rule.programme_id, rule.placement, rule.store_kind)
            of_category = self._of_scope.setdefault(scope, defaultdict(list))
            of_category[rule.category_id].append(rule)

    @classmethod
    def read(cls, *, category: int | None = None) -> Self:
        """Policy as it is in the database; of rules only those that can decide about `category`,
        where one is given. Four queries."""
        tree = dict(Category.objects.order_by("pk").values_list("pk", "parent_id"))
        empty = cls(Programme.objects.order_by("pk"), (), tree)
        asked = None if category is None else empty.lineage(category)
        return cls(empty.programmes.values(), lines.signed(asked), tree)

    def verdict(self, asked: Asked, at: datetime) -> Verdict:
        """Whether what was asked about leads outside at `at`, and by which rule."""
        way = max(self.ways(asked, at), key=lambda way: way.furthest, default=None)
        if way is None:
            return Verdict(False, "closed", None)
        standing = way.standing
        state = "grandfathered" if standing.grandfathering else standing.state
        return Verdict(way.leads_outside, state, way)

    def ways(self, asked: Asked, at: datetime) -> Iterator[Way]:
        """A way for each programme that runs at `at` and is about stores of this kind; none where
        the category is unknown."""
        lineage, day = self.lineage(asked.category_id), clock.day_of(at)
        for programme in self.programmes.values():
            if lineage and asked.store_kind in programme.store_kinds and programme.runs_on(day):
                standing = self._standing(programme.pk, asked, lineage, at)
                of_it = {of for under, of in asked.approvals if under == programme.pk}
                yield Way(programme, standing, not of_it.isdisjoint(lineage))

    def standing(self, programme_id: int, asked: Asked, at: datetime) -> Standing:
        """Where what was asked about stands under one programme at `at`; closed while that does not
        run."""
        if not self._runs(programme_id, at):
            return Standing(None, "closed", leads=False, takes_new=False)
        return self._standing(programme_id, asked, self.lineage(asked.category_id), at)

    def decides(
        self, programme_id: int, category_id: int, placement: str, store_kind: str, at: datetime
    ) -> Rule | None:
        """The rule that decides about this place at `at`; None where none does, or the programme
        does not run."""
        if not self._runs(programme_id, at):
            return None
        lineage = self.lineage(category_id)
        rules = self._rules((programme_id, placement, store_kind), lineage)
        return deciding.decide(rules, lineage, at)

    def opens_next(self, programme_id: int, asked: Asked, after: datetime) -> Coming | None:
        """When something new may go live there for the first time after `after`; None as far as is
        known never."""
        return self._first(programme_id, asked, after, lambda standing: standing.takes_new)

    def ends_next(self, programme_id: int, asked: Asked, after: datetime) -> Coming | None:
        """When the rules let it lead no more for the first time after `after`."""
        return self._first(programme_id, asked, after, lambda standing: not standing.leads)

    def cell(
        self, programme_id: int, category_id: int, placement: str, store_kind: str, at: datetime
    ) -> Cell:
        """What is in force at this place at `at`, why, and when that will change."""
        place = Place(programme_id, category_id, placement, store_kind)
        now = self._said(place, at)
        coming = (edge for edge in self.edges_of(*place) if edge > at)
        next_at = next((edge for edge in coming if self._said(place, edge) != now), None)
        return Cell(*now, next_at)

    def edges_of(
        self, programme_id: int, category_id: int, placement: str, store_kind: str
    ) -> list[datetime]:
        """The instants, in order, at which something may change at this place."""
        rules = self.rules_of(programme_id, category_id, placement, store_kind)
        marks = {edge for rule in rules for edge in rule.edges()}
        marks.update(_edges(self.programmes[programme_id]))
        return sorted(marks)

    def rules_of(
        self, programme_id: int, category_id: int, placement: str, store_kind: str
    ) -> list[Rule]:
        """The rules that may decide about this place at some moment."""
        return self._rules((programme_id, placement, store_kind), self.lineage(category_id))

    def next_switch(self, after: datetime) -> datetime | None:
        """The first instant after `after` at which anything may change by what is known now."""
        place = bisect_right(self._edges, after)
        return self._edges[place] if place < len(self._edges) else None

    def with_lines(self, rules: Iterable[Rule]) -> "Policy":
        """Policy as it would be if these were signed, too."""
        return Policy(self.programmes.values(), (*self.rules, *rules), self.parents)

    def without(self, change_id: int, *, at: datetime | None = None) -> "Policy":
        """Policy as it would be if this rule change were taken back at `at`, or had never been."""
        rules: Iterable[Rule] = (rule for rule in self.rules if rule.change_id != change_id)
        if at is not None:
            rules = (_taken_back(rule, change_id, at) for rule in self.rules)
        return Policy(self.programmes.values(), rules, self.parents)

    def as_json(self) -> str:
        """All of it as text, for a place that has no database."""
        return json.dumps(
            {
                "programmes": [
                    [one.pk, one.marketplace, str(one.starts_on), one.ends_on and str(one.ends_on)]
                    for one in self.programmes.values()
                ],
                "rules": [lines.written(rule) for rule in self.rules],
                "parents": list(self.parents.items()),
            }
        )

    def lineage(self, category_id: int) -> tuple[int, ...]:
        """The category and what it lies in, narrowest first; nothing for one that is unknown."""
        known = self._lineages.get(category_id)
        if known is None:
            above, chain = category_id if category_id in self.parents else None, list[int]()
            while above is not None:
                chain.append(above)
                above = self.parents[above]
            known = self._lineages[category_id] = tuple(chain)
        return known

    def branch(self, category_id: int) -> list[int]:
        """The category and what lies in it."""
        return [one for one in self.parents if category_id in self.lineage(one)]

    @cached_property
    def _edges(self) -> list[datetime]:
        marks = {edge for rule in self.rules for edge in rule.edges()}
        marks.update(edge for one in self.programmes.values() for edge in _edges(one))
        return sorted(marks)

    def _first(
        self,
        programme_id: int,
        asked: Asked,
        after: datetime,
        is_it: Callable[[Standing], bool],
    ) -> Coming | None:
        place = Place(programme_id, asked.category_id, asked.placement, asked.store_kind)
        edges = (edge for edge in self.edges_of(*place) if edge > after)
        found = (Coming(edge, self.standing(programme_id, asked, edge)) for edge in edges)
        return next((coming for coming in found if is_it(coming.standing)), None)

    def _said(self, place: Place, at: datetime) -> tuple[str, Rule | None]:
        rule = self.decides(*place, at)
        return deciding.state_of(rule, at), rule

    def _standing(
        self, programme_id: int, asked: Asked, lineage: Sequence[int], at: datetime
    ) -> Standing:
        rules = self._rules((programme_id, asked.placement, asked.store_kind), lineage)
        return deciding.standing(
            rules, lineage, merchant=asked.merchant_id, since_at=asked.since_at, at=at
        )

    def _rules(self, scope: _Scope, lineage: Sequence[int]) -> list[Rule]:
        of_category = self._of_scope.get(scope, {})
        return [rule for category in lineage for rule in of_category.get(category, ())]

    def _runs(self, programme_id: int, at: datetime) -> bool:
        programme = self.programmes.get(programme_id)
        return programme is not None and programme.runs_on(clock.day_of(at))


@lru_cache(maxsize=2)
def from_json(text: str) -> Policy:
    """The policy that `as_json` wrote."""
    said = json.loads(text)
    programmes = [
        Programme(
            pk=pk,
            marketplace=of,
            starts_on=date.fromisoformat(begin),
            ends_on=end and date.fromisoformat(end),
        )
        for pk, of, begin, end in said["programmes"]
    ]
    return Policy(programmes, map(lines.read, said["rules"]), dict(said["parents"]))


def _edges(programme: Programme) -> Iterator[datetime]:
    yield clock.start_of(programme.starts_on)
    if programme.ends_on is not None:
        yield clock.start_of(programme.ends_on + timedelta(days=1))


def _taken_back(rule: Rule, change_id: int, at: datetime) -> Rule:
    """`rule`, which ends at `at` if it is of this change and had not ended before."""
    if rule.change_id != change_id or (rule.until_at is not None and rule.until_at <= at):
        return rule
    return rule._replace(until_at=at)
