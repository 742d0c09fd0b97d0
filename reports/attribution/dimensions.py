"""What attribution needs to know of merchants, listings, stores and boosts, as Arrow tables."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa
from django.db import connection

from campaigns.boosts.models import Boost
from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant, MerchantStatus
from merchants.listings.models import ListingPeriod
from merchants.marketplaces.kinds import StoreKind
from merchants.stores.models import Store, StoreStatus
from reports.attribution import samples
from reports.attribution.statements import statement
from reports.sources.models import MARKETPLACE_OF, Source
from reports.sources.regimes import ALL, Regime, spans

Row = tuple[Any, ...]
_TEXT, _NUMBER, _INSTANT = pa.string(), pa.int64(), pa.timestamp("us", "UTC")


def published_merchants(merchant: Merchant | None) -> list[int]:
    """The merchants a run publishes days for: the one asked for, or every verified one."""
    if merchant is not None:
        return [merchant.pk]
    verified = Merchant.objects.filter(status=MerchantStatus.VERIFIED)
    return list(verified.order_by("pk").values_list("pk", flat=True))


def tables(merchants: list[int]) -> dict[str, pa.Table]:
    """The relations `staged_listings`, `known_listings`, `stores`, `sources`, `closed_slices`,
    `known_boosts`, and those of `samples.NOUNS`.
    """
    return {
        **_regimes(merchants),
        "staged_listings": _periods(merchants),
        "known_listings": _listings(merchants),
        "stores": _stores(merchants),
        "sources": _table(
            {"code": _TEXT, "marketplace": _TEXT, "merchant_id": _NUMBER},
            Source.objects.values_list("code", "marketplace", "merchant_id"),
        ),
        "closed_slices": _table(
            {"marketplace": _TEXT, "store_id": _TEXT, "day": pa.date32()}, _closed(merchants)
        ),
        "known_boosts": _table(
            {"external_id": _TEXT, "boost_id": _NUMBER, "merchant_id": _NUMBER},
            Boost.objects.filter(merchant__in=merchants).values_list(
                "external_id", "pk", "merchant_id"
            ),
        ),
    }


def _periods(merchants: list[int]) -> pa.Table:
    periods = ListingPeriod.objects.filter(listing__merchant__in=merchants).values_list(
        "listing_id",
        "listing__note__external_id",
        "listing__product__external_id",
        "listing__product__store_id",
        "live_from",
        "live_to",
    )
    columns = {
        "listing_id": _TEXT, "note_id": _TEXT, "product_id": _TEXT, "store_id": _TEXT,
        "live_from": _INSTANT, "live_to": _INSTANT,
    }  # fmt: skip
    return _table(columns, [(str(a), b, c, str(d), e, f) for a, b, c, d, e, f in periods])


def _listings(merchants: list[int]) -> pa.Table:
    listings = (
        ListingPeriod.objects.filter(listing__merchant__in=merchants)
        .values_list(
            "listing_id", "listing__note_id", "listing__merchant_id",
            "listing__placement", "listing__product__store__kind",
        )
        .distinct()
    )  # fmt: skip
    columns = {
        "listing_id": _TEXT, "listing": _NUMBER, "note": _NUMBER, "merchant_id": _NUMBER,
        "placement": _TEXT, "store_kind": _TEXT,
    }  # fmt: skip
    return _table(columns, [(str(a), a, b, c, d, e) for a, b, c, d, e in listings])


def _closed(merchants: list[int]) -> list[Row]:
    """Days on which what a merchant has said himself counts no more: the marketplace's rows do."""
    with connection.cursor() as cursor:
        cursor.execute(statement("closed_slices"), {"merchants": merchants})
        return list(cursor.fetchall())


def _stores(merchants: list[int]) -> pa.Table:
    """Verified stores by what a conversion says of them: its source's marketplace and the id there.

    Taobao and Tmall are one marketplace; the first store registered with an id has it. A store that
    nobody verified has no orders: anyone can name another's.
    """
    found: dict[tuple[str, str], Row] = {}
    verified = Store.objects.filter(status=StoreStatus.VERIFIED).order_by("pk")
    for pk, merchant, kind, external_id in verified.values_list(
        "pk", "merchant_id", "kind", "external_id"
    ):
        marketplace = MARKETPLACE_OF[StoreKind(kind)]
        row = (str(pk), pk, merchant, kind, marketplace, external_id)
        found.setdefault((marketplace, external_id), row)
    asked = set(merchants)
    columns = {
        "store_id": _TEXT, "store": _NUMBER, "merchant_id": _NUMBER, "kind": _TEXT,
        "marketplace": _TEXT, "external_id": _TEXT,
    }  # fmt: skip
    return _table(columns, [row for row in found.values() if row[2] in asked])


def _regimes(merchants: list[int]) -> dict[str, pa.Table]:
    agreed = list(Regime.objects.select_related("source"))
    tree = Category.objects.as_tree() if any(regime.category_id for regime in agreed) else {}
    rows: dict[str, list[Row]] = {"touchpoints": [], "conversions": []}
    named: set[int] = set()
    for source in {regime.source for regime in agreed}:
        found = spans([regime for regime in agreed if regime.source == source], tree)
        named |= {span.category_id for span in found} - {ALL}
        rows[source.events] += [
            (source.code, s.category_id, _day(s.first_on), _day(s.last_on), s.ratio) for s in found
        ]
    products = Product.objects.filter(store__merchant__in=merchants, category__in=named)
    found_products = products.values_list("store_id", "external_id", "category_id")
    of: dict[str, Iterable[Row]] = {
        "touch_regimes": [(code, *span) for code, _all, *span in rows["touchpoints"]],
        "order_regimes": rows["conversions"],
        "regime_products": [(str(a), b, c) for a, b, c in found_products] if named else [],
    }
    return {
        name: _table({field.name: field.type for field in schema}, of[name])
        for name, schema in samples.NOUNS.items()
    }


def _day(on: date) -> int:
    return (on - samples.EPOCH).days


def _table(columns: dict[str, pa.DataType], rows: Iterable[Row]) -> pa.Table:
    names = list(columns)
    schema = pa.schema(list(columns.items()))
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema)
