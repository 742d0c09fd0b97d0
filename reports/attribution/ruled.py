"""Of how many users the senders of a merchant's days send anything, whether or not any of these had
something to send: a day on which a sample holds nothing is one of a sample, too (ADR 0124)."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from merchants.catalogue.models import Category, Product
from merchants.marketplaces.kinds import StoreKind
from merchants.stores.models import Store, StoreStatus
from reports.attribution.due import Pair
from reports.sources.models import MARKETPLACE_OF, EventKind
from reports.sources.regimes import ALL, WHOLE, Regime, Span, ratio_on, spans

# The ratios below 1 of a merchant's day by table of facts, as decimals.
Ruled = Mapping[Pair, Mapping[str, frozenset[Decimal]]]
# What a store sells: the kinds of its orders, by its merchant.
_Sold = dict[int, set[tuple[str, int]]]


def ruled(pairs: Iterable[Pair]) -> Ruled:
    """What rules of the merchants' days; in three queries, in one while nothing is a sample."""
    agreed = list(Regime.objects.select_related("source"))
    asked = set(pairs)
    if not asked or not any(regime.ratio < WHOLE for regime in agreed):
        return {}
    tree = Category.objects.as_tree()
    touches, orders = list[list[Span]](), dict[str, list[Span]]()
    for source in {regime.source for regime in agreed}:
        found = spans([regime for regime in agreed if regime.source == source], tree)
        if source.events == EventKind.TOUCHPOINTS:
            touches.append(found)
        else:
            orders[source.marketplace] = found
    sold = _sold({merchant for merchant, _on in asked})
    rules = {pair: _of_day(pair[1], touches, orders, sold.get(pair[0], set())) for pair in asked}
    return {pair: of_tables for pair, of_tables in rules.items() if of_tables}


def _of_day(
    on: date, touches: list[list[Span]], orders: dict[str, list[Span]], sold: set[tuple[str, int]]
) -> dict[str, frozenset[Decimal]]:
    of_touches = {ratio_on(found, on) for found in touches}
    of_orders = {
        ratio_on(orders.get(marketplace, ()), on, category) for marketplace, category in sold
    }
    # Credit is seen of the smaller of both.
    least = min(of_touches, default=WHOLE)
    tables = {
        "touch": of_touches,
        "conversion": of_orders,
        "credit": {min(ratio, least) for ratio in of_orders or {least}},
    }
    found = {
        table: frozenset(ratio for ratio in ratios if ratio < WHOLE)
        for table, ratios in tables.items()
    }
    return {table: ratios for table, ratios in found.items() if ratios}


def _sold(merchants: set[int]) -> _Sold:
    """Marketplaces and categories of what the merchants' verified stores sell; a store without
    products sells something of no category."""
    stores = Store.objects.filter(merchant__in=merchants, status=StoreStatus.VERIFIED)
    products = Product.objects.filter(store__in=stores).order_by()
    categories: dict[int, set[int]] = {}
    for store, category in products.values_list("store_id", "category_id").distinct():
        categories.setdefault(store, set()).add(category)
    sold: _Sold = {}
    for pk, merchant, kind in stores.values_list("pk", "merchant_id", "kind"):
        marketplace = MARKETPLACE_OF[StoreKind(kind)]
        of_store = {(marketplace, category) for category in categories.get(pk, {ALL})}
        sold.setdefault(merchant, set()).update(of_store)
    return sold
