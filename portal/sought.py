"""How rows are found by what somebody typed: every word, in any order, in any case.

A word of two characters or more is looked up in an index of pairs of characters: Chinese has no
blanks between words, and many of its words are two characters long. ADR 0093.
"""

from collections.abc import Callable
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value

from portal import meaning

# So many words are compared; who pastes a whole text is found by its beginning.
MOST_WORDS = 10
# So many rows are named to the database.
MOST_NAMED = 1000


class Joined(Func):
    """Columns as one text, a line each: no word stands in two of them."""

    template = "(%(expressions)s)"
    arg_joiner = " || chr(10) || "
    output_field = TextField()


class Pairs(Func):
    """The pairs of characters of a text, in upper case; a migration of accounts has the function.

    It folds case as `icontains` does, so what that finds has all pairs of what was typed.
    """

    function = "portal_pairs"
    output_field = ArrayField(TextField())


class _Holds(Func):
    """Whether the first array has all of the second."""

    template = "(%(expressions)s)"
    arg_joiner = " @> "
    output_field = BooleanField()


def index(*fields: str, name: str) -> GinIndex:
    """The index by which `holding(text, *fields)` finds rows; its fields are columns, not null."""
    return GinIndex(_pairs_of(*fields), name=name)


def words_of(text: str) -> list[str]:
    """The words of `text` that are compared."""
    return meaning.words(text)[:MOST_WORDS]


def holding(text: str, *fields: str) -> Q:
    """Rows in which each word of `text` stands in one of `fields`; none for a text of no words."""

    def stands(word: str) -> Q:
        somewhere = Q()
        for field in fields:
            somewhere |= Q(**{f"{field}__icontains": word})
        if len(word) > 1 and not any("__" in field for field in fields):
            somewhere &= Q(_Holds(_pairs_of(*fields), Pairs(Value(word))))
        return somewhere

    return each(text, stands)


def each(text: str, stands: Callable[[str], Q]) -> Q:
    """Rows for which `stands` holds of each word of `text`; none for a text of no words."""
    words = words_of(text)
    return reduce(and_, map(stands, words)) if words else Q(pk__in=())


def among(field: str, rows: QuerySet[Any]) -> Q:
    """Rows whose `field` is one of `rows`.

    A few are named, for then an index of `field` finds them; of many PostgreSQL makes a table of
    its own, which each row is compared with until enough are found.
    """
    few = list(rows.order_by().values_list("pk", flat=True)[: MOST_NAMED + 1])
    return Q(**{f"{field}__in": few if len(few) <= MOST_NAMED else rows.order_by().values("pk")})


def _pairs_of(*fields: str) -> Any:
    return Pairs(Joined(*(F(field) for field in fields)))
