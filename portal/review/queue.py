"""The one queue: whatever waits, of every kind, first what is due first."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    DurationField,
    F,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from portal.accounts.models import User
from portal.review import claims, concerned, kinds
from portal.review.kinds import Kind

# What the queue knows of a row, of whatever kind. `due_at` is when its answer was promised,
# `claimed_by` the name of who reads it now.
ROW = (
    "kind_code", "number", "subject_name", "requester", "amount", "asked_at", "due_at", "claimed_by"
)  # fmt: skip


Waiting = Sequence[tuple[Kind, QuerySet[Any]]]


def waiting_for(reader: User, may: set[str]) -> Waiting:
    """What waits for `reader`, who may do `may`: the kinds he decides, each with its rows."""
    ties = concerned.ties_of(reader)
    return [(kind, kind.waiting(ties)) for kind in kinds.open_to(may)]


def rows_of(waiting: Waiting) -> QuerySet[Any, Any]:
    """What waits, of at least one kind: dictionaries of ROW, what is due first."""
    first, *others = [_rows(kind, rows) for kind, rows in waiting]
    return first.union(*others, all=True).order_by("due_at", "kind_code", "number")


def counts_of(waiting: Waiting) -> Counter[str]:
    """How many wait of each kind, by its code: asked at once."""
    counted = [
        rows.order_by()
        .annotate(kind_code=Value(kind.code))
        .values_list("kind_code")
        .annotate(count=Count("pk"))
        for kind, rows in waiting
    ]
    if not counted:
        return Counter()
    first, *others = counted
    return Counter(dict(first.union(*others, all=True)))


def _rows(kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    told = rows.order_by().annotate(
        kind_code=Value(kind.code),
        number=F("pk"),
        subject_name=Cast(kind.name(), CharField()),
        requester=Cast(_or_none(kind.asked_by), CharField()),
        amount=Cast(_or_none(kind.amount_fen), BigIntegerField()),
        asked_at=F("submitted_at"),
        claimed_by=Subquery(claims.names_of(kind.noun)),
        due_at=F("submitted_at") + Value(kind.model.ANSWER_WITHIN, output_field=DurationField()),
    )
    return cast("QuerySet[Any, Any]", told.values(*ROW))


def _or_none(expression: Combinable | None) -> Combinable:
    return Value(None) if expression is None else expression
