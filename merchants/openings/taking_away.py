"""What a rule change takes away, and from when on: policy before it and after it, compared."""

from collections.abc import Iterable
from datetime import datetime

from merchants.openings.deciding import TICK, Rule
from merchants.openings.policy import Asked, Policy

_Place = tuple[int, int, str, str]


def takes_away(before: Policy, after: Policy, edges: Iterable[datetime]) -> datetime | None:
    """The first of `edges` at which a place leads outside no more, for everyone or for a merchant
    of a pilot, although it would by `before`, or did by `after` until then; None where that happens
    at none of them.

    `edges` are the instants at which the change, or what it takes back, alters anything. Who is
    left alone for a while is left out of account: something is taken away all the same.
    """
    changed = set(before.rules) ^ set(after.rules)
    asked = _asked(before, after, changed)
    for edge in sorted(set(edges)):
        for programme, question in asked:
            if after.standing(programme, question, edge).leads:
                continue
            by_before = before.standing(programme, question, edge)
            until_then = after.standing(programme, question, edge - TICK)
            if by_before.leads or until_then.leads:
                return edge
    return None


def _asked(before: Policy, after: Policy, changed: set[Rule]) -> list[tuple[int, Asked]]:
    """The places that `changed` rules bear on, each for a merchant of no list, and for those that
    any pilot around it names."""
    listed: dict[tuple[int, str, str], set[int]] = {}
    for rule in {*before.rules, *after.rules}:
        scope = (rule.programme_id, rule.placement, rule.store_kind)
        listed.setdefault(scope, set()).update(rule.merchants)
    places: set[_Place] = {
        (rule.programme_id, one, rule.placement, rule.store_kind)
        for rule in changed
        for one in after.branch(rule.category_id)
    }
    return [
        (programme, Asked(merchant, category, placement, kind))
        for programme, category, placement, kind in sorted(places)
        for merchant in (None, *sorted(listed[programme, placement, kind]))
    ]
