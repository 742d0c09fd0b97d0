"""Signed openings as rows of policy: from the database, and as JSON for a place that has none."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from merchants.openings.deciding import Rule
from merchants.openings.models import Opening, OpeningMerchant, OpeningState

# How a rule is written as JSON, by its places.
FORM = f"rule: {' '.join(Rule._fields)}"
_INSTANTS = ("effective_at", "until_at", "grandfather_until")


# The columns of a rule as they stand in a line, in the order of `Rule`, but for its end and for the
# merchants of a pilot.
_COLUMNS = (
    "pk", "programme_id", "placement", "store_kind", "category_id", "state", "effective_at",
    "expires_at", "taken_back_at", "last_on", "sweeps", "kept", "grandfather",
    "grandfather_until", "change_id",
)  # fmt: skip


def signed(categories: Iterable[int] | None = None) -> list[Rule]:
    """What is signed, of `categories` where some are given, in the order of its keys: a query, and
    one more where there are pilots."""
    rows = Opening.objects.signed().order_by("pk")
    if categories is not None:
        rows = rows.filter(category__in=list(categories))
    found = list(rows.values_list(*_COLUMNS))
    pilots = [row[0] for row in found if row[5] == OpeningState.PILOT]
    listed: dict[int, list[int]] = defaultdict(list)
    if pilots:
        pairs = OpeningMerchant.objects.filter(opening__in=pilots).order_by("merchant")
        for opening, merchant in pairs.values_list("opening", "merchant"):
            listed[opening].append(merchant)
    return [_rule(row, listed[row[0]]) for row in found]


def with_ends() -> list[tuple[Rule, datetime | None]]:
    """What is signed, each with the moment at which it was taken back."""
    taken = Opening.objects.signed().exclude(taken_back_at=None)
    taken_back_at = dict(taken.values_list("pk", "taken_back_at"))
    return [(rule, taken_back_at.get(rule.pk)) for rule in signed()]


def of(opening: Opening) -> Rule:
    """One opening, signed or not, as a row of policy. One that is not stored yet counts as the
    latest of its instant."""
    stands = opening.pk is not None
    listed = [one.merchant_id for one in opening.pilots.all()] if stands else opening.listed
    rule = _rule(tuple(getattr(opening, name) for name in _COLUMNS), sorted(listed))
    return rule if stands else rule._replace(pk=_LATEST)


_LATEST = 2**62


def _rule(row: tuple[Any, ...], listed: Iterable[int]) -> Rule:
    *place, expires_at, taken_back_at, last_on, sweeps, kept, spares, until, change = row
    ends = [at for at in (expires_at, taken_back_at) if at is not None]
    lists = (tuple(kept), spares, until, frozenset(listed), change)
    return Rule._make((*place, min(ends, default=None), last_on, sweeps, *lists))


def written(rule: Rule) -> list[Any]:
    """The rule as JSON can hold it."""
    said = rule._asdict()
    for name in _INSTANTS:
        said[name] = said[name] and said[name].isoformat()
    said["last_on"] = rule.last_on and rule.last_on.isoformat()
    said["merchants"] = sorted(rule.merchants)
    return list(said.values())


def read(row: list[Any]) -> Rule:
    """The rule that `written` wrote."""
    said = dict(zip(Rule._fields, row, strict=True))
    for name in _INSTANTS:
        said[name] = said[name] and datetime.fromisoformat(said[name])
    said["kept"], said["merchants"] = tuple(said["kept"]), frozenset(said["merchants"])
    said["last_on"] = said["last_on"] and date.fromisoformat(said["last_on"])
    return Rule(**said)
