"""What touched notes, of which each touch counts once, whoever shares it.

A touch belongs to a note. By note, boost and day, and in every total, it counts once. By listing,
product, placement and marketplace a row has the touches of the notes that it is on: it shares them
with others, so its rows do not add up, and what several of them have in common is counted once.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, Q, QuerySet, Sum
from psycopg import sql

from merchants.listings.models import Listing
from reports.answers.question import By, Question
from reports.answers.sampled_days import Sampling, of_sample
from reports.answers.summing import OF_FACTS
from reports.answers.within import facts as within
from reports.attribution.models import TouchFact, TouchSum
from reports.metrics.sums import Sums

# What a touch has several of, in an array whose members rise.
ARRAY = {
    By.LISTING: "listing_ids",
    # Products are looked up by their listings.
    By.PRODUCT: "listing_ids",
    By.PLACEMENT: "placements",
    By.STORE_KIND: "store_kinds",
}
_COLUMN = {By.NOTE: "note_id", By.BOOST: "boost_id", By.DAY: "on"}

_EACH = sql.SQL("{table} CROSS JOIN unnest({array}) WITH ORDINALITY AS shared (shared_key, place)")
# Of the keys asked for that share a touch, the first counts it. Their notes are found by index.
_EACH_ASKED = sql.SQL(
    "{table} CROSS JOIN LATERAL ("
    "SELECT member AS shared_key, row_number() OVER (ORDER BY member) AS place"
    " FROM unnest({array}) AS shown (member) WHERE member = ANY(%(keys)s::bigint[])) AS shared"
)
# Each product once, however many of its listings share a touch.
_EACH_PRODUCT = sql.SQL(
    "{table} CROSS JOIN LATERAL ("
    "SELECT product_id AS shared_key, row_number() OVER (ORDER BY product_id) AS place"
    " FROM (SELECT DISTINCT listing.product_id FROM merchants_listing AS listing"
    " WHERE listing.id = ANY({array}) AND {of_keys}) AS sold) AS shared"
)
_OF_KEYS = sql.SQL("listing.product_id = ANY(%(keys)s::bigint[])")
_ON_NOTES = sql.SQL(
    "note_id IN (SELECT note_id FROM merchants_listing WHERE {key} = ANY(%(keys)s::bigint[]))"
)
SHARED_KEY = sql.Identifier("shared_key")
ONCE = sql.SQL("CASE WHEN place = 1 THEN touchpoints ELSE 0 END")


class _Products(Func):
    """The products of an array of listings, each once."""

    template = (
        "(SELECT array_agg(DISTINCT sold.product_id) FROM merchants_listing AS sold"
        " WHERE sold.id = ANY(%(expressions)s))"
    )
    output_field = ArrayField(BigIntegerField())


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
            self._sharing(by, keys), Func(_members(by), function="unnest", set_returning=True)
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
        asked = list(keys) if isinstance(keys, Collection) else keys
        if by in (By.LISTING, By.PRODUCT):
            of_keys = {"product__in" if by == By.PRODUCT else "pk__in": keys}
            listings = Listing.objects.filter(**of_keys).order_by()
            touches = touches.filter(note_id__in=listings.values("note_id"))
            asked = list(listings.values_list("pk", flat=True)) if by == By.PRODUCT else asked
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


def _members(by: By) -> Any:
    """The array of keys that share a touch."""
    return _Products(F(ARRAY[by])) if by == By.PRODUCT else F(ARRAY[by])


def shared_facts(
    by: By, table: sql.Identifier, *, of_keys: bool
) -> tuple[sql.Composed, sql.Composable]:
    """Touch facts joined to the keys that share them, and whether a fact is one of those asked
    for: what `touched.sql` calls `facts` and `among`."""
    array, every = sql.Identifier(ARRAY[by]), sql.SQL("TRUE")
    if by == By.PRODUCT:
        asked = _OF_KEYS if of_keys else every
        joined = _EACH_PRODUCT.format(table=table, array=array, of_keys=asked)
    else:
        joined = (_EACH_ASKED if of_keys else _EACH).format(table=table, array=array)
    key = sql.Identifier("product_id" if by == By.PRODUCT else "id")
    return joined, _ON_NOTES.format(key=key) if of_keys else every


def table_of(question: Question, by: By | None) -> type[TouchFact] | type[TouchSum]:
    """Facts or, where that is enough, their sums: these know of no note, nor whose it is."""
    return TouchFact if question.campaign or by in OF_FACTS else TouchSum
