"""Policy as links ask it: programmes, signed openings and categories, read once and kept ready."""

import json
from collections import defaultdict
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from merchants.catalogue.models import Category
from merchants.links.facts import Facts
from merchants.links.models import STAMP
from merchants.openings.models import ApplicationStatus, Opening, OpeningApplication, Programme
from merchants.openings.verbs import narrowest
from merchants.openings.ways import ways_outside

_Scope = tuple[int, str, str]
# What `as_json` writes of each kind of row, in this order.
FORM = (
    "programmes: id marketplace starts ends",
    "openings: programme placement store_kind category state effective_at",
    "parents: category parent",
)


class Policy:
    """What is open at any moment, by all that is signed now: also what switches in the future."""

    def __init__(
        self, programmes: list[Programme], openings: list[Opening], tree: dict[int, Category]
    ) -> None:
        self._programmes, self._tree = programmes, tree
        self._openings: dict[_Scope, list[Opening]] = defaultdict(list)
        for opening in openings:
            scope = (opening.programme_id, opening.placement, opening.store_kind)
            self._openings[scope].append(opening)

    def lets_out(self, facts: Facts, *, at: datetime) -> bool:
        """Whether an opening in force at `at` and an approval let the listing lead outside."""
        category = self._tree.get(facts.category_id)
        if category is None:
            return False
        ways = ways_outside(
            self._programmes,
            category,
            facts.store_kind,
            rule_of=lambda programme: self._rule(programme, category, facts, at),
            applications_of=lambda programme: _approved(programme, facts),
            at=at,
        )
        return any(way.leads_outside for way in ways)

    def _rule(
        self, programme: Programme, category: Category, facts: Facts, at: datetime
    ) -> Opening | None:
        rules = self._openings.get((programme.pk, facts.placement, facts.store_kind), [])
        return narrowest(rules, programme, category.lineage(), at=at)

    def as_json(self) -> str:
        """All of it as text, for a place that has no database."""
        return json.dumps(
            {
                "programmes": [
                    [p.pk, p.marketplace, p.starts_on.isoformat(), _day_text(p.ends_on)]
                    for p in self._programmes
                ],
                "openings": [
                    [o.programme_id, o.placement, o.store_kind, o.category_id, o.state,
                     o.effective_at.isoformat()]
                    for rules in self._openings.values() for o in rules
                ],
                "parents": [[c.pk, c.parent_id] for c in self._tree.values()],
            }
        )  # fmt: skip


@lru_cache(maxsize=2)
def from_json(text: str) -> Policy:
    """The policy that `as_json` wrote."""
    said: dict[str, list[list[Any]]] = json.loads(text)
    tree = {pk: Category(pk=pk, parent_id=parent) for pk, parent in said["parents"]}
    return Policy(
        [
            Programme(pk=pk, marketplace=of, starts_on=date.fromisoformat(start), ends_on=_day(end))
            for pk, of, start, end in said["programmes"]
        ],
        [
            Opening(programme_id=programme, placement=placement, store_kind=kind, state=state,
                    category_id=category, effective_at=datetime.fromisoformat(at))
            for programme, placement, kind, category, state, at in said["openings"]
        ],
        _with_parents(tree),
    )  # fmt: skip


_kept: tuple[str, Policy] = ("", Policy([], [], {}))


def current() -> Policy:
    """Policy as it is in the database."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        (stamp,) = cursor.fetchone()
    return stamped(stamp)


def stamped(stamp: str) -> Policy:
    """Policy since `stamp`; no query where that is what was asked for the last time."""
    global _kept
    kept = _kept
    if stamp != kept[0]:
        # Read after its stamp: what changes in between is read once more the next time.
        _kept = kept = (stamp, _read())
    return kept[1]


def _read() -> Policy:
    openings = Opening.objects.signed().order_by("pk")
    return Policy(
        list(Programme.objects.order_by("pk")), list(openings), Category.objects.as_tree()
    )


def _approved(programme: Programme, facts: Facts) -> list[OpeningApplication]:
    """What of the merchant is approved under the programme; whatever else he asked lets nothing
    out, and is no fact of a link."""
    pairs = [tuple(map(int, pair.split())) for pair in facts.approvals]
    return [
        OpeningApplication(pk=0, category_id=of, status=ApplicationStatus.APPROVED)
        for under, of in pairs
        if under == programme.pk
    ]


def _with_parents(tree: dict[int, Category]) -> dict[int, Category]:
    for category in tree.values():
        category.parent = tree[category.parent_id] if category.parent_id else None
    return tree


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
