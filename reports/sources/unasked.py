"""For what nobody waits: slices whose data are suspended altogether (see sql/unasked.sql).

A source's are, while all that it sends is suspended; a store's, while everything that it sells is.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from merchants.catalogue.models import Category
from reports.sources import statements
from reports.sources.suspensions import DataSuspension


def asked(*, stores: Iterable[int] | None = None) -> dict[str, Any]:
    """The parameters of `unasked` beside the sources and days; in one query, in two while data of
    a category are suspended. `stores` are those that are asked for, None all."""
    held = DataSuspension.objects.holding().exclude(category=None)
    reached = _reached(list(held.values_list("pk", "category")))
    return {
        "suspensions": [suspension for suspension, _category in reached],
        "categories": [category for _suspension, category in reached],
        "stores": None if stores is None else list(stores),
    }


def of_stores(
    stores: Iterable[int], sources: Iterable[int], days: Iterable[date]
) -> set[tuple[int, int | None, date]]:
    """For which slices of some stores nobody waits: source, store (None for all of them), day."""
    wanted = list(days)
    pairs = [(source, on) for source in sources for on in wanted]
    found = statements.run(
        "unasked",
        sources=[source for source, _on in pairs],
        days=[on for _source, on in pairs],
        **asked(stores=stores),
    )
    return {(source, store, on) for source, store, on in found}


def _reached(held: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each suspension with its category and all that lies in it."""
    if not held:
        return []
    lineages = {
        pk: {each.pk for each in one.lineage()} for pk, one in Category.objects.as_tree().items()
    }
    return [
        (suspension, pk)
        for suspension, category in held
        for pk, above in lineages.items()
        if category in above
    ]
