"""Cells of the matrix: what is in force at a place, by which rule, who signed it, what comes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.catalogue.models import Category
from merchants.marketplaces.placements import Placement
from merchants.openings.deciding import Rule, state_of
from merchants.openings.history import Span
from merchants.openings.models import OpeningState
from merchants.openings.policy import Cell, Policy
from merchants.pages.matrix.forms import Side
from merchants.rulechanges.models import RuleChange
from portal import words


@dataclass(frozen=True)
class Told:
    """A cell: its state and the reason behind it. `rule` is None where none decides; `change` is
    the act that the rule is a line of, `of` the category it was made for; from `next_at` on
    `next_state` holds. `url` is the page of its history."""

    category: Category
    placement: Placement
    state: OpeningState
    rule: Rule | None
    change: RuleChange | None
    of: Category | None
    next_at: datetime | None
    next_state: OpeningState | None
    url: str

    @property
    def is_inherited(self) -> bool:
        return self.of is not None and self.of != self.category

    @property
    def reason(self) -> str:
        """By which rule it is so, and who signed that, in words."""
        return reason(self.rule, self.change, self.of)

    @property
    def coming(self) -> str:
        """What comes, and when; empty where nothing is known to come."""
        if self.next_at is None or self.next_state is None:
            return ""
        named = {"state": self.next_state.label, "day": words.instant(self.next_at)}
        if self.next_state == self.state:
            return _("By another rule from %(day)s on.") % named
        return _("%(state)s from %(day)s on.") % named

    def as_json(self) -> dict[str, Any]:
        rule, change = self.rule, self.change
        return {
            "category": self.category.code,
            "placement": self.placement.value,
            "state": self.state.value,
            "rule": rule and rule.pk,
            "change": rule and rule.change_id,
            "of_category": self.of and self.of.code,
            "since": rule and rule.effective_at.isoformat(),
            "until": rule and rule.until_at and rule.until_at.isoformat(),
            "last_day": rule and rule.last_on and rule.last_on.isoformat(),
            "signed_by": change and [change.author.name, change.approver and change.approver.name],
            "signed_at": change and change.signed_at and change.signed_at.isoformat(),
            "next_at": self.next_at and self.next_at.isoformat(),
            "next_state": self.next_state and self.next_state.value,
        }


def reason(rule: Rule | None, change: RuleChange | None, of: Category | None) -> str:
    if rule is None or change is None:
        return _("No rule says anything here.")
    named = {
        "rule": rule.pk,
        "category": of,
        "day": words.instant(rule.effective_at),
        "author": change.author,
        "approver": change.approver,
    }
    said = [
        _("Rule %(rule)s for %(category)s, since %(day)s.") % named,
        _("Proposed by %(author)s, signed by %(approver)s.") % named,
    ]
    if rule.until_at is not None:
        said.append(_("In force until %(day)s.") % {"day": words.instant(rule.until_at)})
    if rule.last_on is not None:
        said.append(_("Last day: %(day)s.") % {"day": words.day(rule.last_on)})
    if rule.grandfather_until is not None:
        day = {"day": words.instant(rule.grandfather_until)}
        said.append(_("What was live before stays until %(day)s.") % day)
    elif rule.grandfather == "until_edit":
        said.append(_("What was live before stays until it is changed."))
    return words.sentences(said)


def matrix(
    policy: Policy, side: Side, placements: Iterable[Placement], at: datetime
) -> list[tuple[Category, int, list[Told]]]:
    """The tree, each category with how far it is set in (0 to 5) and its cells: two queries."""
    tree = Category.objects.as_tree()
    columns = list(placements)
    wanted = [(one, place) for one in in_order(tree) for place in columns]
    cells = {(one.pk, place): _cell(policy, side, one, place, at) for one, place in wanted}
    changes = changes_of(rule for _state, rule, _next in cells.values())
    told = {
        (one.pk, place): _told(policy, side, one, place, at, cells[one.pk, place], tree, changes)
        for one, place in wanted
    }
    return [
        (one, min(2 * len(one.lineage()) - 2, 5), [told[one.pk, place] for place in columns])
        for one in in_order(tree)
    ]


def in_order(tree: dict[int, Category]) -> list[Category]:
    """Each category after what it lies in, by their codes."""
    return sorted(tree.values(), key=lambda one: [step.code for step in reversed(one.lineage())])


def changes_of(rules: Iterable[Rule | None]) -> dict[int, RuleChange]:
    """The changes that these are lines of, with who proposed and who signed them: one query."""
    keys = {rule.change_id for rule in rules if rule is not None and rule.change_id is not None}
    return RuleChange.objects.select_related("author", "approver").in_bulk(keys)


def _change_of(rule: Rule | None, changes: dict[int, RuleChange]) -> RuleChange | None:
    return changes.get(rule.change_id) if rule and rule.change_id else None


def _cell(policy: Policy, side: Side, one: Category, place: Placement, at: datetime) -> Cell:
    return policy.cell(side.programme.pk, one.pk, place, side.store_kind, at)


def _told(
    policy: Policy,
    side: Side,
    one: Category,
    place: Placement,
    at: datetime,
    cell: Cell,
    tree: dict[int, Category],
    changes: dict[int, RuleChange],
) -> Told:
    state, rule, next_at = cell
    next_state = None
    if next_at is not None:
        coming = policy.decides(side.programme.pk, one.pk, place, side.store_kind, next_at)
        next_state = OpeningState(state_of(coming, next_at))
    question = {"side": side.code, "category": one.code, "placement": place.value}
    return Told(
        one,
        place,
        OpeningState(state),
        rule,
        _change_of(rule, changes),
        tree[rule.category_id] if rule else None,
        next_at,
        next_state,
        f"{reverse('merchants:policy-cell')}?{urlencode(question)}",
    )


@dataclass(frozen=True)
class Past:
    """A span of a cell's history, for the page."""

    span: Span
    state: OpeningState
    reason: str
    change: RuleChange | None
    is_now: bool

    def as_json(self) -> dict[str, Any]:
        span = self.span
        return {
            "from": span.from_at and span.from_at.isoformat(),
            "to": span.to_at and span.to_at.isoformat(),
            "state": span.state,
            "rule": span.rule and span.rule.pk,
            "change": span.rule and span.rule.change_id,
        }


def past(found: list[Span], at: datetime) -> list[Past]:
    """The spans with the reason behind each, the newest first: two queries."""
    tree = Category.objects.as_tree()
    changes = changes_of(span.rule for span in found)
    told = []
    for span in reversed(found):
        rule = span.rule
        change = _change_of(rule, changes)
        why = reason(rule, change, tree[rule.category_id] if rule else None)
        told.append(Past(span, OpeningState(span.state), why, change, span.holds(at)))
    return told
