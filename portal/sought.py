"""How rows are found by what somebody typed: every word, in any order, in any case.

A word of two characters or more is looked up in an index of pairs of characters: Chinese has no
blanks between words, and many of its words are two characters long. ADR 0093.
"""

from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Upper

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
    """Whether the first array has all of the others."""

    template = "(%(expressions)s)"
    arg_joiner = " @> "
    output_field = BooleanField()


class _All(Func):
    """Arrays as one."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = ArrayField(TextField())


class _Says(Func):
    """Whether the first text has the second in it, in any case.

    PostgreSQL knows from the index how many rows have the pairs. A LIKE beside them is guessed to
    be rare again, as if it were about something else: then all rows that have common words are
    read and sorted for the first of them. Of this it expects nothing.
    """

    template = "(STRPOS(%(expressions)s) <> 0)"
    output_field = BooleanField()

    def __init__(self, field: str, word: str) -> None:
        super().__init__(Upper(Cast(field, TextField())), Upper(Value(word)))


def index(*fields: str, name: str) -> GinIndex:
    """The index by which `holding(text, *fields)` finds rows; its fields are columns, not null."""
    return GinIndex(_pairs_of(*fields), name=name)


def words_of(text: str) -> list[str]:
    """The words of `text` that are compared."""
    return meaning.words(text)[:MOST_WORDS]


def holding(text: str, *fields: str) -> Q:
    """Rows in which each word of `text` stands in one of `fields`; none for a text of no words."""

    is_indexed = not any("__" in field for field in fields)
    looked_up = [word for word in words_of(text) if is_indexed and len(word) > 1]

    def stands(word: str) -> Q:
        told = (
            Q(_Says(field, word)) if word in looked_up else Q(**{f"{field}__icontains": word})
            for field in fields
        )
        return reduce(or_, told)

    if not looked_up:
        return each(text, stands)
    pairs = [Pairs(Value(word)) for word in looked_up]
    return each(text, stands) & Q(_Holds(_pairs_of(*fields), _All(*pairs)))


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
