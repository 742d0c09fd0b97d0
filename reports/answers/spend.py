"""What boosts cost, and what was paid outside: joined to what it brought here, and nowhere else.

Its grain is note, boost and business day: of delivery, which is the day of the touches, or the day
on which a cost from outside counts. What a question asks as of a moment is summed from the journal
of delivery and the versions of costs, so that it stays what it was, whatever comes later.
"""

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Q
from psycopg import sql

from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import EDITABLE, Boost
from campaigns.costs.models import Cost
from campaigns.delivery.models import HourChange, SpendDay
from merchants.companies.models import Merchant
from reports.answers import within
from reports.answers.question import By, Question
from reports.answers.statements import statement
from reports.metrics.sums import Sums

# The key by note of what was paid for a campaign as a whole, which is of no note.
OF_NO_NOTE = 0
# What has a cost of its own; what is linked on a note has no share of it.
COLUMNS = {By.NOTE: "note_id", By.BOOST: "boost_id", By.DAY: "on"}
_NOW, _THEN = statement("spent_now"), statement("spent_then")
_SPENT, _SUMS = statement("spent"), statement("spent_sums")
_OUTSIDE = statement("spent_outside")
NOTHING = sql.SQL("SELECT NULL::bigint AS key, '' AS kind, 0::bigint AS spent WHERE FALSE")
_TABLES = {
    "days": sql.Identifier(SpendDay._meta.db_table),
    "boosts": sql.Identifier(Boost._meta.db_table),
    "changes": sql.Identifier(HourChange._meta.db_table),
    "lines": sql.Identifier(FundingLine._meta.db_table),
    "costs": sql.Identifier(Cost._meta.db_table),
}
_ALL, _SOME = sql.SQL("TRUE"), sql.SQL("{key} = ANY(%(keys)s::bigint[])")
_OR_OF_NONE = sql.SQL("({key} = ANY(%(keys)s::bigint[]) OR {key} IS NULL)")
# Their merchant may be changing them, and take the turn then; nothing is captured of them.
UNASKED = EDITABLE


class Side(StrEnum):
    """What kinds of cost there are; a report has the columns of those that it has any of."""

    BOOSTS = "boosts"
    OUTSIDE = "outside"
    # No cost, but what sales leave to pay it of.
    WORTH = "worth"


class Spending:
    """What the days of a question cost; what that brought is not known of `blank` ones."""

    def __init__(self, question: Question, blank: Collection[date]) -> None:
        self._question, self._blank = question, sorted(blank)

    @property
    def is_any(self) -> bool:
        """Whether anything was spent at all. Where nothing was, nothing else is asked."""
        return bool(self.by_day)

    @cached_property
    def sides(self) -> frozenset[Side]:
        """What kinds of cost there are on these days."""
        kinds = {kind for sums in self.by_day.values() for kind in sums.spent}
        return frozenset(
            side for side, kind in ((Side.BOOSTS, "captured"), (Side.OUTSIDE, "unmatched_outside"))
            if kind in kinds
        )  # fmt: skip

    @property
    def has_boosts(self) -> bool:
        """Whether anything was delivered, for which boosts brought something."""
        return Side.BOOSTS in self.sides

    @cached_property
    def by_day(self) -> dict[date, Sums]:
        """By business day; a day without cost is missing."""
        return self._summed(By.DAY)

    def by(self, by: By, keys: Collection[Any] | None = None) -> dict[Any, Sums]:
        """By key of the breakdown, of `keys` alone if they are given; of what has no cost of its
        own nothing."""
        if by not in COLUMNS or not self.is_any:
            return {}
        if by == By.DAY:
            return {on: self.copy(on) for on in self.by_day}
        return self._summed(by, keys)

    def copy(self, on: date) -> Sums:
        """What a day cost, for whoever adds to it."""
        return Sums.of([self.by_day[on]] if on in self.by_day else [])

    def total(self, by: By | None = None, keys: Collection[Any] | None = None) -> Sums:
        """What all of it cost, or `keys` of the breakdown together."""
        if by is None or keys is None:
            return Sums.of(self.by_day.values())
        return Sums.of(self.by(by, keys).values())

    def query(self, by: By, keys: sql.Composable | None = None) -> sql.Composable:
        """The facts of cost by key, kind and number, for what puts keys in order; `keys` says
        whether a {key} is asked for. Its params are `params`."""
        if by not in COLUMNS or not self.is_any:
            return NOTHING
        return self._facts(by, keys)

    @property
    def params(self) -> dict[str, Any]:
        asked = self._question
        return {
            "merchant": asked.merchant.pk,
            "first_on": asked.first_on,
            "last_on": asked.last_on,
            "as_of": asked.as_of,
            "blank": self._blank,
            **within.params(asked),
        }

    def _facts(self, by: By, among: sql.Composable | None) -> sql.Composed:
        asked = self._question
        boosts, costs = within.boosts_in_sql(asked), within.costs_in_sql(asked)
        days = (_NOW if asked.as_of is None else _THEN).format(**_TABLES, within=boosts)
        named = {"key": sql.Identifier("day", COLUMNS[by]), "among": among or _ALL}
        captured = _SPENT.format(days=days, **named)
        outside = _OUTSIDE.format(nobodys=sql.Literal(OF_NO_NOTE), within=costs, **_TABLES, **named)
        return sql.SQL("{} UNION ALL {}").format(captured, sql.SQL("({})").format(outside))

    def _summed(self, by: By, keys: Collection[Any] | None = None) -> dict[Any, Sums]:
        column = sql.Identifier("day", COLUMNS[by])
        among = None
        if keys is not None:
            # What is of no boost may have been paid for outside.
            among = (_OR_OF_NONE if None in keys else _SOME).format(key=column)
        query = _SUMS.format(spent=self._facts(by, among), key=sql.SQL("fact.key"))
        asked = {**self.params, "keys": [key for key in keys or () if key is not None]}
        found: dict[Any, Sums] = {}
        with connection.cursor() as cursor:
            cursor.execute(query, asked)
            rows: Sequence[tuple[Any, str, int]] = cursor.fetchall()
        for key, kind, spent in rows:
            found.setdefault(key, Sums()).spent[kind] += int(spent)
        return found


class NoSpending(Spending):
    """Nothing, without asking: for what is compared by credit alone."""

    by_day: dict[date, Sums] = {}
    sides: frozenset[Side] = frozenset()


def wait_for_costs(question: Question) -> None:
    """Let what is being said of costs from outside come to its end: it is dated before a moment
    that is taken behind this, and what comes later is dated later. In the caller's transaction,
    before anything else is locked."""
    Merchant.locked(question.merchant.pk)


def wait_for_captures(question: Question) -> None:
    """Let captures that are under way come to their end: what they change is dated before a moment
    that is taken behind this. Those that come later are dated later. In the caller's transaction,
    which has taken its turn before: nobody who waits for that has locked what can be captured."""
    boosts = Boost.objects.filter(
        Q(starts_on__lte=question.last_on, ends_on__gte=question.first_on)
        | Q(spend_days__on__range=(question.first_on, question.last_on)),
        merchant=question.merchant,
    ).exclude(status__in=UNASKED).order_by("pk").values("pk")  # fmt: skip
    locked = Boost.objects.filter(pk__in=boosts).order_by("pk").select_for_update(no_key=True)
    list(locked.values_list("pk", flat=True))
