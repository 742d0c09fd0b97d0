"""What a run sees only in samples: which conversions and touches, of how many of the users, and of
which group of them.

The rule stands in `sql/lake/samples`: a conversion is of its source's and its category's regime on
its day, a touch of its source's, and credit is seen of the smaller of both ratios (ADR 0124).
"""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from reports.attribution.choices import WINDOWS
from reports.attribution.engine import DAY_US, QUERIES
from reports.events.queries import Connection

_RATIO = pa.decimal128(7, 6)
_SPAN = [("first_day", pa.int32()), ("last_day", pa.int32()), ("ratio", _RATIO)]
# What is agreed, by days since 1970 (both included). `category_id` is 0 for what has no ratio of
# its own; a category inside one that has is named, too. Products are those of such categories.
NOUNS = {
    "touch_regimes": pa.schema([("source", pa.string()), *_SPAN]),
    "order_regimes": pa.schema(
        [("source", pa.string()), ("category_id", pa.int64()), *_SPAN],
    ),
    "regime_products": pa.schema(
        [("store_id", pa.string()), ("product_id", pa.string()), ("category_id", pa.int64())]
    ),
}
_EMPTY = {
    "sampled_conversions": pa.schema([("conversion", pa.int32()), ("ratio", _RATIO)]),
    "sampled_touches": pa.schema([("touchpoint_id", pa.string()), ("ratio", _RATIO)]),
    "units": pa.schema([("claim", pa.int32()), ("user_group", pa.int8())]),
}
EPOCH = date(1970, 1, 1)


def find(
    connection: Connection,
    nouns: dict[str, pa.Table],
    *,
    touches: set[date],
    conversions: set[date],
) -> None:
    """Make the relations that facts ask for, after `engine.prepare`.

    Of regimes only those are read that are in force on one of the days that were read: where none
    is, nothing is looked for.
    """
    found = {
        "touch_regimes": _in_force(nouns["touch_regimes"], touches),
        "order_regimes": _in_force(nouns["order_regimes"], conversions),
    }
    if not any(map(_is_sampled, found.values())):
        none(connection)
        return
    for name, table in found.items():
        connection.register(name, table)
    QUERIES.step(connection, "lake/samples/sampled_conversions")
    QUERIES.step(connection, "lake/samples/sampled_touches")
    # Days are computed together or one by one: an older click is read here and not there.
    QUERIES.step(connection, "lake/samples/units", window_us=max(WINDOWS) * DAY_US)


def none(connection: Connection) -> None:
    """Make the relations of days on which all users are there."""
    for name, schema in {"touch_regimes": NOUNS["touch_regimes"], **_EMPTY}.items():
        connection.register(name, schema.empty_table())


def _in_force(regimes: pa.Table, days: set[date]) -> pa.Table:
    if not days:
        return regimes.slice(0, 0)
    first, last = (min(days) - EPOCH).days, (max(days) - EPOCH).days
    begun = pc.less_equal(regimes.column("first_day"), last)
    return regimes.filter(pc.and_(begun, pc.greater_equal(regimes.column("last_day"), first)))


def _is_sampled(regimes: pa.Table) -> bool:
    return bool(pc.any(pc.less(regimes.column("ratio").cast(pa.float64()), 1)).as_py())
