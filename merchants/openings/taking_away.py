"""What a rule change takes away, and from when on: policy before it and after it, compared."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from merchants.openings.deciding import TICK, Place, Rule
from merchants.openings.policy import Asked, Policy

# Since when something is live that every rule may leave alone, as it was there before all of them.
_EVER = datetime.min.replace(tzinfo=UTC)


def takes_away(before: Policy, after: Policy, since: datetime) -> datetime | None:
    """The first instant from `since` on at which a place leads outside no more, for everyone, for a
    merchant of a pilot or for what was left alone, although it would by `before`, or did by `after`
    until then; None where that happens at none.

    `since` is when the change is in force. Any edge of any rule or programme may bring it out: a
    closing that was signed during a suspension takes away where that ends. What ends by `before` at
    that very instant is not taken by the change.
    """
    changed = set(before.rules) ^ set(after.rules)
    places = {
        rule.place._replace(category_id=one)
        for rule in changed
        for one in after.branch(rule.category_id)
    }
    known: dict[tuple[Rule, ...], list[int | None]] = {}
    at_edge: dict[datetime, list[tuple[int, Asked]]] = defaultdict(list)
    for place in sorted(places):
        asked = _asked(before, after, place, known)
        for edge in _edges(before, after, place, since):
            at_edge[edge].extend(asked)
    return next(
        (
            edge
            for edge in sorted(at_edge)
            if any(_is_taken(before, after, *asked, edge) for asked in at_edge[edge])
        ),
        None,
    )


def _is_taken(
    before: Policy, after: Policy, programme: int, question: Asked, edge: datetime
) -> bool:
    def leads(policy: Policy, at: datetime) -> bool:
        return policy.standing(programme, question, at).leads

    if leads(after, edge):
        return False
    if leads(before, edge):
        return True
    return leads(after, edge - TICK) and not leads(before, edge - TICK)


def _edges(before: Policy, after: Policy, place: Place, since: datetime) -> set[datetime]:
    marks = {*before.edges_of(*place), *after.edges_of(*place)}
    return {since, *(edge for edge in marks if edge > since)}


def _asked(
    before: Policy, after: Policy, place: Place, known: dict[tuple[Rule, ...], list[int | None]]
) -> list[tuple[int, Asked]]:
    """What is not live yet and what was there always, each for a merchant of no list and for one of
    each set of lists of pilots around the place; `known` are those of the rules seen before."""
    programme, category, placement, kind = place
    around = {*before.rules_of(*place), *after.rules_of(*place)}
    pilots = (rule for rule in around if rule.merchants)
    lists = tuple(sorted(pilots, key=lambda rule: (rule.pk, rule.category_id)))
    if lists not in known:
        known[lists] = [None, *_one_of_each(lists)]
    return [
        (programme, Asked(merchant, category, placement, kind, since_at=since_at))
        for merchant in known[lists]
        for since_at in (None, _EVER)
    ]


def _one_of_each(pilots: Iterable[Rule]) -> list[int]:
    """One merchant for each set of these pilots that is some merchant's."""
    of_merchant: dict[int, set[int]] = defaultdict(set)
    for number, rule in enumerate(pilots):
        for merchant in rule.merchants:
            of_merchant[merchant].add(number)
    one_of = {frozenset(of_it): merchant for merchant, of_it in of_merchant.items()}
    return sorted(one_of.values())
