"""Hostile worlds in a lake of their own: what facts say of their days, and what they should say.

Tests and `make soak` compare the two.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa

from reports.attribution import days, due
from reports.attribution.choices import WINDOWS, Model
from reports.attribution.tests import sampled
from reports.attribution.tests.reference import World
from reports.attribution.tests.worlds import START, together, world
from reports.events.contract import CONTRACTS, Contract
from reports.events.parts import DayParts
from reports.events.stamp import schema, stamped
from reports.lake import commits
from reports.lake import tables as lake

SOURCES = ("mall", "shop")
MERCHANT = 7
FIRST = START.date() - timedelta(days=1)
LAST = START.date() + timedelta(days=83)
SHANGHAI = timezone(timedelta(hours=8))
OF_SAMPLES = ("user_group", "sampling_ratio")
Sums = dict[tuple[Any, ...], tuple[int, int | None]]


def worlds(seeds: Iterable[int]) -> list[World]:
    return [world(seed, SOURCES[: 1 + seed % 2]) for seed in seeds]


def bring_in(made: World) -> days.Versions:
    """Write the world's events into the lake, a batch for each source and table."""
    batch_id = 0
    for name, rows in (("touchpoints", made.touchpoints), ("conversions", made.conversions)):
        for source in SOURCES:
            batch_id += 1
            folder = lake.path(name).parent / f"batch-{batch_id}"
            parts = DayParts(folder, commits.stem(source, batch_id=batch_id, fence=1))
            table = _table(CONTRACTS[name], [asdict(row) for row in rows if row.source == source])
            parts.add(stamped(table, source=source, batch_id=batch_id))
            placed = {part: (folder / part, count) for part, count in parts.close().items()}
            snapshot = lake.open_table(name)
            assert commits.commit(snapshot, name, batch_id=batch_id, parts=placed, note={})
    return days.Versions(lake.current_version("touchpoints"), lake.current_version("conversions"))


def _table(contract: Contract, rows: list[dict[str, Any]]) -> pa.Table:
    stored = [schema(contract).field(column.stored_as) for column in contract.columns]
    for row in rows:
        user = row.pop("user_id")
        row["user_key"] = None if user is None else user.encode()
    table = pa.Table.from_pylist(rows, pa.schema(stored))
    return table.append_column("line", pa.array(range(1, len(rows) + 1), pa.int64()))


def nouns(made: World) -> dict[str, pa.Table]:
    """What the portal knows of the world: all is one merchant's."""
    at, text = pa.timestamp("us", "UTC"), pa.string()
    period = [(name, text) for name in ("listing_id", "note_id", "product_id", "store_id")]
    listings = _numbers(row.listing_id for row in made.listings)
    notes = _numbers(row.note_id for row in made.listings)
    note_of = {row.listing_id: row.note_id for row in made.listings}
    stores = _numbers(c.store_id for c in made.conversions)
    rows = {
        "known_listings": [
            {"listing_id": name, "listing": number, "note": notes[note_of[name]],
             "merchant_id": MERCHANT, "placement": "note_body", "store_kind": "tmall"}
            for name, number in listings.items()
        ],
        "stores": [
            {"store_id": name, "store": number, "merchant_id": MERCHANT, "kind": "tmall",
             "marketplace": "m", "external_id": name}
            for name, number in stores.items()
        ],
        "sources": [
            {"code": source, "marketplace": "m", "merchant_id": None} for source in SOURCES
        ],
    }  # fmt: skip
    boosts = [("external_id", text), ("boost_id", pa.int64()), ("merchant_id", pa.int64())]
    closed = [("marketplace", text), ("store_id", text), ("day", pa.date32())]
    periods = pa.schema([*period, ("live_from", at), ("live_to", at)])
    return {
        **sampled.nouns(made),
        "staged_listings": pa.Table.from_pylist([asdict(row) for row in made.listings], periods),
        "known_boosts": pa.schema(boosts).empty_table(),
        "closed_slices": pa.schema(closed).empty_table(),
        **{name: pa.Table.from_pylist(some) for name, some in rows.items()},
    }


def _numbers(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted(set(names)), 1)}


def computed(made: World, versions: days.Versions, work_dir: Path, step: int) -> dict[str, Sums]:
    """What the facts of all days say, computed `step` days at a time."""
    found: dict[str, Any] = {"credit": Counter(), "conversion": Counter()}
    known = nouns(made)
    for first_on, last_on in due.spans(due.between(FIRST, LAST), most_days=step):
        for name, batch in days.compute(
            first_on, last_on, versions=versions, nouns=known, work_dir=work_dir
        ):
            if name in found:
                _count(found[name], name, batch.to_pylist())
    return found


def _count(sums: Counter[tuple[Any, ...]], name: str, rows: list[dict[str, Any]]) -> None:
    """Keys are what a fact is about, whether its value is known, and which number it is."""
    about, numbers = {
        "credit": (
            ("on", "touched_on", "listing_id", "kind", "level", *OF_SAMPLES, "window_days"),
            [(model.value, model.micro, model.fen) for model in Model],
        ),
        "conversion": (
            ("on", "store_id", "kind", "level", *OF_SAMPLES, "window_days"),
            [("", "conversions", "value_fen")],
        ),
    }[name]
    for row in rows:
        for model, number, fen in numbers:
            if row[number] is not None:
                key = *(row[column] for column in about), model, row[fen] is not None
                sums[*key, "number"] += row[number]
                sums[*key, "fen"] += int(row[fen] or 0)


def expected(made: list[World]) -> dict[str, Any]:
    whole = together(made)
    listings = _numbers(row.listing_id for row in whole.listings)
    stores = _numbers(c.store_id for c in whole.conversions)
    credit: Counter[tuple[Any, ...]] = Counter()
    conversion: Counter[tuple[Any, ...]] = Counter()
    for w in made:
        for window in WINDOWS:
            for row in w.credit(window):
                c = row.conversion
                days_of = _day(c.occurred_at), _day(row.touchpoint.occurred_at)
                seen = sampled.of_credit(w, c, row.touchpoint)
                credited = *days_of, listings[row.listing_id], w.kind(c), row.level, *seen
                _add(credit, (*credited, window, row.model), row.micro, row.fen)
            for c in w.conversions:
                match = w.match(c, window)
                level = match.level if match else ""
                seen = sampled.of_conversion(w, c)
                about = _day(c.occurred_at), stores[c.store_id], w.kind(c), level, *seen
                _add(conversion, (*about, window, ""), 1, w.value(c))
            for c, taken in w.taken.items():
                if taken.excess_fen:
                    seen = sampled.of_conversion(w, c)
                    about = _day(c.occurred_at), stores[c.store_id], "excess_refund", "", *seen
                    _add(conversion, (*about, window, ""), 1, -taken.excess_fen)
    return {"credit": credit, "conversion": conversion}


def _add(
    sums: Counter[tuple[Any, ...]], key: tuple[Any, ...], number: int, fen: int | None
) -> None:
    sums[*key, fen is not None, "number"] += number
    sums[*key, fen is not None, "fen"] += fen or 0


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def differences(seeds: Iterable[int], *, work_dir: Path, days_at_once: int) -> list[str]:
    """How facts of these worlds differ from the reference; `LAKE_URL` names an empty folder."""
    made = worlds(seeds)
    whole = together(made)
    found = computed(whole, bring_in(whole), work_dir, days_at_once)
    return [
        f"{name} {key}: {found[name].get(key)} instead of {wanted.get(key)}"
        for name, wanted in expected(made).items()
        for key in sorted({*wanted, *found[name]}, key=repr)
        if wanted.get(key) != found[name].get(key)
    ]
