"""A month of events for the attribution benchmark, the same one every time.

At scale 1: 50 million touchpoints and 3 million conversions of 5 million skewed users in 30 days,
a million notes, 200,000 products, 20,000 stores. Ids are integers. Three conversions in five
follow a touchpoint; some name the click; a twentieth of the orders is refunded; a twentieth of the
notes has listings of two products; a quarter of the conversions is of another product of the store
than the note's. The files are encoded as those of the lake are.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reports.events.parts import REPEATED, ROWS_PER_GROUP

DAYS = 30
DAY_US = 86_400_000_000
START_US = 1_767_196_800_000_000  # 2026-01-01 in Shanghai
TOUCH_KINDS = ("view", "like", "collect", "comment", "click")
CONVERSION_KINDS = ("search", "visit", "cart", "order", "refund")
CLICK, ORDER, REFUND = 4, 3, 4
# Ids that 32 bits hold.
SMALL = ("note_id", "product_id", "store_id")
Columns = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How many there are of each at a scale."""

    touchpoints: int
    conversions: int
    users: int
    notes: int
    products: int
    stores: int


def size(scale: float) -> Size:
    full = (50_000_000, 3_000_000, 5_000_000, 1_000_000, 200_000, 20_000)
    return Size(*(max(100, int(count * scale)) for count in full))


def make(folder: Path, *, scale: float) -> None:
    """Write touchpoints/day=*/, conversions/day=*/ and listings/ below `folder`."""
    rng = np.random.default_rng(7)
    of = size(scale)
    product_store = rng.integers(0, of.stores, of.products)
    note_product = rng.integers(0, of.products, of.notes)
    sibling = _siblings(product_store)
    _write_listings(folder, rng, note_product, product_store, sibling)
    touches = _touchpoints(rng, of)
    _write_days(folder / "touchpoints", touches)
    wanted = _conversions(rng, of, touches, note_product, sibling)
    conversions = {**wanted, "store_id": product_store[wanted["product_id"]]}
    _write_days(folder / "conversions", conversions)


def _siblings(product_store: Any) -> Any:
    """For each product the next of its store, or itself when it is the last."""
    of_store = np.argsort(product_store, kind="stable")
    following = np.append(of_store[1:], of_store[-1:])
    sibling = np.empty_like(of_store)
    sibling[of_store] = np.where(
        product_store[following] == product_store[of_store], following, of_store
    )
    return sibling


def _write_listings(
    folder: Path, rng: Any, note_product: Any, product_store: Any, sibling: Any
) -> None:
    notes = np.arange(len(note_product))
    again = rng.choice(notes, len(notes) // 20, replace=False)
    product = np.concatenate([note_product, sibling[note_product[again]]])
    table = pa.table(
        {
            "listing_id": np.arange(len(product), dtype=np.int32),
            "note_id": np.concatenate([notes, again]).astype(np.int32),
            "product_id": product.astype(np.int32),
            "store_id": product_store[product].astype(np.int32),
            "live_from": _instants(np.full(len(product), START_US - 100 * DAY_US)),
            "live_to": pa.nulls(len(product), pa.timestamp("us", "UTC")),
        }
    )
    (folder / "listings").mkdir(parents=True)
    pq.write_table(table, folder / "listings/part-0.parquet", compression="zstd")


def _touchpoints(rng: Any, of: Size) -> Columns:
    """Sessions of one to eight touchpoints of one user on one note, in order of time."""
    sessions = of.touchpoints // 2
    user = _users(rng, of, sessions)
    favourite = _mixed(user * 3 + rng.integers(0, 3, sessions)) / 2.0**63
    drawn = np.where(rng.random(sessions) < 0.35, favourite, rng.random(sessions))
    note = _popular(drawn, of)
    begun = START_US + (rng.random(sessions) * DAYS * DAY_US).astype(np.int64)
    length = np.minimum(rng.geometric(0.4, sessions), 8)
    session = np.repeat(np.arange(sessions, dtype=np.int32), length)[: of.touchpoints]
    step = np.arange(len(session)) - (np.cumsum(length) - length)[session]
    pause = rng.integers(2_000_000, 60_000_000, len(session))
    at = np.minimum(begun[session] + step * pause, START_US + DAYS * DAY_US - 1)
    later = rng.choice(np.array([1, 2, 3, CLICK], np.int8), len(session), p=[0.4, 0.1, 0.2, 0.3])
    kind = np.where(step == 0, np.int8(0), later)
    order = np.argsort(at, kind="stable")
    session, kind = session[order], kind[order]
    return {
        "event_id": np.arange(len(session)),
        "occurred_at": at[order],
        "user_id": user[session],
        "note_id": note[session],
        "kind": kind,
    }


def _conversions(rng: Any, of: Size, t: Columns, note_product: Any, sibling: Any) -> Columns:
    """Follow-ups of touchpoints, an exponential three days on average after them, and noise."""
    end = START_US + DAYS * DAY_US
    cause = rng.integers(0, len(t["event_id"]), of.conversions * 3 // 5)
    at = t["occurred_at"][cause] + (rng.exponential(3.0, len(cause)) * DAY_US).astype(np.int64)
    cause, at = cause[at < end], at[at < end]
    noise = of.conversions - len(cause)
    at = np.concatenate([at, START_US + (rng.random(noise) * DAYS * DAY_US).astype(np.int64)])
    user = np.concatenate([t["user_id"][cause], _users(rng, of, noise)])
    note = np.concatenate([t["note_id"][cause], _popular(rng.random(noise), of)])
    named = (t["kind"][cause] == CLICK) & (rng.random(len(cause)) < 0.4)
    click = np.concatenate([np.where(named, cause, -1), np.full(noise, -1)])
    order = np.argsort(at, kind="stable")
    at, user, note, click = at[order], user[order], note[order], click[order]
    product = note_product[note]
    product = np.where(rng.random(len(product)) < 0.25, sibling[product], product)
    kind = rng.choice(np.arange(4, dtype=np.int8), of.conversions, p=[0.35, 0.3, 0.15, 0.2])
    value = np.exp(rng.normal(8.8, 1.0, of.conversions)).astype(np.int64) + 1
    orders = np.flatnonzero(kind == ORDER)
    refunded = np.flatnonzero(rng.random(len(orders) - 1) < 0.05)
    refund_of = np.full(of.conversions, -1)
    refund_of[orders[refunded + 1]] = orders[refunded]
    kind[orders[refunded + 1]] = REFUND
    # A refund is of its order's store: it stands there under the order's product.
    product[orders[refunded + 1]] = product[orders[refunded]]
    return {
        "event_id": np.arange(of.conversions),
        "occurred_at": at,
        "user_id": user,
        "click_id": click,
        "product_id": product,
        "kind": kind,
        "value_fen": np.where(kind >= ORDER, value, -1),
        "refund_of": refund_of,
    }


def _users(rng: Any, of: Size, count: int) -> Any:
    return (of.users * rng.random(count) ** 1.5).astype(np.int64)


def _popular(drawn: Any, of: Size) -> Any:
    """Notes by a draw from 0 to 1: the chance of a note falls with its rank."""
    rank = np.minimum(np.exp(drawn * np.log(of.notes)).astype(np.int64) - 1, of.notes - 1)
    return np.random.default_rng(11).permutation(of.notes)[rank]


def _mixed(numbers: Any) -> Any:
    """Spread integers over 63 bits, each to one of its own (the finaliser of splitmix64)."""
    mixed = numbers.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(1)).astype(np.int64)


def _write_days(folder: Path, columns: Columns) -> None:
    edges = np.searchsorted(columns["occurred_at"], START_US + np.arange(DAYS + 1) * DAY_US)
    kinds = TOUCH_KINDS if folder.name == "touchpoints" else CONVERSION_KINDS
    for day in range(DAYS):
        part = {name: rows[edges[day] : edges[day + 1]] for name, rows in columns.items()}
        file = folder / f"day=2026-01-{day + 1:02d}" / "part-0.parquet"
        file.parent.mkdir(parents=True)
        table = pa.table(_arrow(part, kinds))
        pq.write_table(
            table,
            file,
            row_group_size=ROWS_PER_GROUP,
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name in REPEATED if name in table.column_names],
            column_encoding=dict.fromkeys(("event_id", "occurred_at"), "DELTA_BINARY_PACKED"),
        )


def _arrow(part: Columns, kinds: tuple[str, ...]) -> Columns:
    """Columns as partners send them: instants, names of kinds, nothing for what there is not."""
    unknown: Columns = {
        name: pa.array(part[name], mask=part[name] < 0)
        for name in ("click_id", "value_fen", "refund_of")
        if name in part
    }
    if "note_id" in part:
        clicked = (part["kind"] == CLICK) & (part["note_id"] % 3 == 0)
        unknown["listing_id"] = pa.array(part["note_id"], pa.int32(), mask=~clicked)
        boosted = part["note_id"] % 7 == 0
        unknown["boost_id"] = pa.array(part["note_id"] // 200, pa.int32(), mask=~boosted)
    names = pa.array(kinds, pa.string())
    return {
        **part,
        **{name: pa.array(part[name], pa.int32()) for name in SMALL if name in part},
        **unknown,
        "occurred_at": _instants(part["occurred_at"]),
        "user_id": _mixed(part["user_id"]),
        "kind": pa.DictionaryArray.from_arrays(pa.array(part["kind"]), names),
    }


def _instants(microseconds: Any) -> pa.Array:
    return pa.array(microseconds, pa.int64()).cast(pa.timestamp("us", "UTC"))
