"""How facts are asked for by key, and summed: what the answers have in common."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet, Subquery, Sum, Value

from merchants.listings.models import Listing
from reports.answers.question import By
from reports.answers.sampled_days import of_sample
from reports.metrics.sums import Sums

# What the database has in the column asked for: a day, an id (None without a boost), a code.
Key = Any
# Keys, or the query that has them.
Keys = Collection[Key] | QuerySet[Any, Any]

# What facts are summed by.
COLUMN = {
    By.NOTE: "note_id",
    By.LISTING: "listing_id",
    # Facts name listings: which product one leads to is looked up.
    By.PRODUCT: "product_id",
    By.BOOST: "boost_id",
    By.PLACEMENT: "placement",
    By.STORE_KIND: "store_kind",
    By.DAY: "on",
}
# Who asks for these asks the facts themselves; everything else is known to the sums of the days,
# but for the days of the touches.
OF_FACTS = frozenset({By.NOTE, By.LISTING, By.PRODUCT})


class _OneOf(Func):
    """Whether a column has one of the numbers of an array: very many travel as one parameter."""

    template = "(%(expressions)s::bigint[]))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def among(by: By | None, keys: Keys | None) -> Q:
    """Facts of `keys`, which are ids and may have null among them; all facts without any."""
    if by is None or keys is None:
        return Q()
    if by == By.PRODUCT:
        # The listings are few beside the facts, and have an index.
        return Q(listing_id__in=Listing.objects.filter(product__in=keys).values("pk"))
    column = COLUMN[by]
    if by not in (*OF_FACTS, By.BOOST) or isinstance(keys, QuerySet):
        return Q(**{f"{column}__in": keys})
    ids = Value([key for key in keys if key is not None])
    among = Q(_OneOf(F(column), ids))
    return among | Q(**{column: None}) if None in keys else among


def of_products(credit: QuerySet[Any]) -> QuerySet[Any]:
    """Facts of credit, each with the product of its listing."""
    own = Listing.objects.filter(pk=OuterRef("listing_id")).order_by()
    found: QuerySet[Any] = credit.annotate(product_id=Subquery(own.values("product_id")))
    return found


def take(sums: Sums, kind: str, row: dict[str, Any], names: Sequence[str]) -> None:
    """Count what `names` call count, value, count of unknown value, and assists in."""
    columns = (sums.credited_micro, sums.value_fen, sums.unpriced_micro, sums.assisted)
    for column, name in zip(columns, names, strict=True):
        column.take(kind, int(row.get(name) or 0), *of_sample(row))


def summed(
    facts: QuerySet[Any], count: str, fen: str, *columns: str, **more: Sum
) -> Iterable[dict[str, Any]]:
    """Per `columns`: count, fen (null when all unknown), the count without a value, and `more`."""
    found: QuerySet[Any] = facts.values(*columns).annotate(
        count=Sum(count), fen=Sum(fen), unpriced=Sum(count, filter=Q(**{fen: None})), **more
    )
    return found.order_by()
