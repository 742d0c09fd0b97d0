"""Signed openings as rows of policy: from the database, and as JSON for a place that has none."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from merchants.openings.deciding import Rule
from merchants.openings.models import Opening

# How a rule is written as JSON, by its places.
FORM = f"rule: {' '.join(Rule._fields)}"
_INSTANTS = ("effective_at", "until_at", "grandfather_until")
_LISTS = ("kept", "merchants")


def signed(categories: Iterable[int] | None = None) -> list[Rule]:
    """What is signed, of `categories` where some are given, in the order of its keys."""
    rows = Opening.objects.signed().order_by("pk")
    if categories is not None:
        rows = rows.filter(category__in=list(categories))
    columns = ("pk", "programme_id", "placement", "store_kind", "category_id", "state",
               "effective_at")  # fmt: skip
    return [Rule(*row) for row in rows.values_list(*columns)]


def of(opening: Opening) -> Rule:
    """One opening, signed or not, as a row of policy. One that is not stored yet counts as the
    latest of its instant."""
    return Rule(
        opening.pk or _LATEST,
        opening.programme_id,
        opening.placement,
        opening.store_kind,
        opening.category_id,
        opening.state,
        opening.effective_at,
    )


_LATEST = 2**62


def written(rule: Rule) -> list[Any]:
    """The rule as JSON can hold it."""
    said = rule._asdict()
    for name in _INSTANTS:
        said[name] = said[name] and said[name].isoformat()
    said["last_on"] = rule.last_on and rule.last_on.isoformat()
    return list(said.values())


def read(row: list[Any]) -> Rule:
    """The rule that `written` wrote."""
    said = dict(zip(Rule._fields, row, strict=True))
    for name in _INSTANTS:
        said[name] = said[name] and datetime.fromisoformat(said[name])
    for name in _LISTS:
        said[name] = tuple(said[name])
    said["last_on"] = said["last_on"] and date.fromisoformat(said["last_on"])
    return Rule(**said)
