"""What touched notes, of which each touch counts once, whoever shares it.

A touch belongs to a note. By note, boost and day, and in every total, it counts once. By listing,
placement and marketplace a row has the touches of the notes that it is on: it shares them with
others, so its rows do not add up, and what several of them have in common is counted once.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db.models import F, Func, Q, QuerySet, Sum
from psycopg import sql

from merchants.listings.models import Listing
from reports.answers.question import By, Question
from reports.answers.sampled_days import Sampling, of_sample
from reports.answers.within import facts as within
from reports.attribution.models import TouchFact, TouchSum
from reports.metrics.sums import Sums

# What a touch has several of, in an array whose members rise.
ARRAY = {By.LISTING: "listing_ids", By.PLACEMENT: "placements", By.STORE_KIND: "store_kinds"}
_COLUMN = {By.NOTE: "note_id", By.BOOST: "boost_id", By.DAY: "on"}

_EACH = sql.SQL("{table} CROSS JOIN unnest({array}) WITH ORDINALITY AS shared (shared_key, place)")
# Of the keys asked for that share a touch, the first counts it. Their notes are found by index.
_EACH_ASKED = sql.SQL(
    "{table} CROSS JOIN LATERAL ("
    "SELECT member AS shared_key, row_number() OVER (ORDER BY member) AS place"
    " FROM unnest({array}) AS shown (member) WHERE member = ANY(%(keys)s::bigint[])) AS shared"
)
_ON_NOTES = sql.SQL(
    "note_id IN (SELECT note_id FROM merchants_listing WHERE id = ANY(%(keys)s::bigint[]))"
)
SHARED_KEY = sql.Identifier("shared_key")
ONCE = sql.SQL("CASE WHEN place = 1 THEN touchpoints ELSE 0 END")


class Exposure:
    """The touches of the report days that a question is about, but for the days `left_out`."""

    def __init__(
        self,
        question: Question,
        report_day_pks: list[int],
        sampling: Sampling,
        left_out: Sequence[date] = (),
    ) -> None:
        self._sampling = sampling
        self._current = (
            Q(
                merchant_id=question.merchant.pk,
                on__range=(question.first_on, question.last_on),
                report_day_id__in=report_day_pks,
            )
            & ~Q(on__in=list(left_out))
            & within(question)
        )
        self._question = question

    def everything(self) -> Sums:
        """All of them."""
        return self._summed(self._table(None).filter(self._current))

    def by(self, by: By, among: Q, keys: Any = None) -> dict[Any, Sums]:
        """Per key of the breakdown, shared or not; of `keys`, if they are given.

        `among` says the same of columns that are no arrays.
        """
        if by not in ARRAY:
            return self._summed_by(self._table(by).filter(self._current, among), F(_COLUMN[by]))
        found = self._summed_by(
            self._sharing(by, keys), Func(F(ARRAY[by]), function="unnest", set_returning=True)
        )
        return found if keys is None else {key: found[key] for key in keys if key in found}

    def reads_by_day(self, by: By, among: Q) -> dict[Any, dict[date, int]]:
        """Reads per key and business day, as they are estimated from samples; of a breakdown whose
        keys do not share their touches."""
        read = (
            self._table(by).filter(self._current, among, kind="view").annotate(key=F(_COLUMN[by]))
        )
        found: defaultdict[Any, dict[date, int]] = defaultdict(dict)
        touches = self._sampling.scaled("touchpoints")
        for key, on, count in read.values_list("key", "on").annotate(n=Sum(touches)).order_by():
            found[key][on] = round(count)
        return dict(found)

    def total(self, by: By, among: Q, keys: Any) -> Sums:
        """What touched `keys` of the breakdown, each touch once."""
        if by in ARRAY:
            return self._summed(self._sharing(by, keys))
        return self._summed(self._table(by).filter(self._current, among))

    def _sharing(self, by: By, keys: Any) -> QuerySet[Any]:
        """Touches that belong to at least one of `keys`."""
        touches = self._table(by).filter(self._current)
        if keys is None:
            return touches
        if by == By.LISTING:
            notes = Listing.objects.filter(pk__in=keys).order_by().values("note_id")
            touches = touches.filter(note_id__in=notes)
        asked = list(keys) if isinstance(keys, Collection) else keys
        return touches.filter(**{f"{ARRAY[by]}__overlap": asked})

    def _table(self, by: By | None) -> QuerySet[Any]:
        touches: QuerySet[Any] = table_of(self._question, by)._default_manager.all()
        return touches

    def _summed(self, touches: QuerySet[Any]) -> Sums:
        found = self._sampling.sums()
        for row in self._added(touches, "kind"):
            found.touchpoints.take(row["kind"], row["count"], *of_sample(row))
        return found

    def _summed_by(self, touches: QuerySet[Any], key: Any) -> dict[Any, Sums]:
        found: dict[Any, Sums] = {}
        for row in self._added(touches.annotate(key=key), "key", "kind"):
            of_key = row["key"]
            if of_key not in found:
                found[of_key] = self._sampling.sums(of_key if isinstance(of_key, date) else None)
            found[of_key].touchpoints.take(row["kind"], row["count"], *of_sample(row))
        return found

    def _added(self, touches: QuerySet[Any], *grouped: str) -> QuerySet[Any]:
        summed = touches.values(*grouped, *self._sampling.columns)
        added: QuerySet[Any] = summed.annotate(count=Sum("touchpoints")).order_by()
        return added


def shared_facts(by: By, table: sql.Identifier, *, of_keys: bool) -> tuple[sql.Composed, sql.SQL]:
    """Touch facts joined to the keys that share them, and whether a fact is one of those asked
    for: what `touched.sql` calls `facts` and `among`."""
    each = _EACH_ASKED if of_keys else _EACH
    joined = each.format(table=table, array=sql.Identifier(ARRAY[by]))
    return joined, _ON_NOTES if of_keys else sql.SQL("TRUE")


def table_of(question: Question, by: By | None) -> type[TouchFact] | type[TouchSum]:
    """Facts or, where that is enough, their sums: these know of no note, nor whose it is."""
    return TouchFact if question.campaign or by in (By.NOTE, By.LISTING) else TouchSum
