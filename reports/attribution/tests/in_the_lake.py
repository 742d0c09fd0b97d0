"""Hostile worlds in a lake of their own: what facts say of their days, and what they should say.

Tests and `make soak` compare the two.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from reports.attribution import days, due
from reports.attribution.choices import WINDOWS, Model
from reports.attribution.tests import sampled, told
from reports.attribution.tests.counted import day_of, measures
from reports.attribution.tests.reference import Conversion, Touchpoint, World
from reports.attribution.tests.told import Told, Version
from reports.attribution.tests.worlds import START
from reports.events.contract import LAKE_CONTRACTS, Contract
from reports.events.own_clicks import SIGNED
from reports.events.parts import DayParts
from reports.events.stamp import schema, stamped
from reports.lake import commits
from reports.lake import tables as lake

MERCHANT, ANOTHER = 7, 8
FIRST = START.date() - timedelta(days=1)
LAST = START.date() + timedelta(days=83)
OF_SAMPLES = ("user_group", "sampling_ratio")
MEASURES = ("numbers", "units", "without_units", "newcomers", "maybe_newcomers")
Sums = dict[tuple[Any, ...], tuple[int, int | None]]
Numbers = Callable[[Iterable[str]], dict[str, int]]


def worlds(seeds: Iterable[int]) -> list[Told]:
    return [told.told(seed) for seed in seeds]


def bring_in(rows: list[Version]) -> days.Versions:
    """Write all rows into the lake, a batch for each source and table."""
    batch_id = 0
    for name, kind in (("touchpoints", Touchpoint), ("conversions", Conversion)):
        for source in told.SOURCES:
            batch_id += 1
            sent = [r for r in rows if isinstance(r.event, kind) and r.event.source == source]
            folder = lake.path(name).parent / f"batch-{batch_id}"
            parts = DayParts(folder, commits.stem(source, batch_id=batch_id, fence=1))
            parts.add(_table(LAKE_CONTRACTS[name], sent, source=source, batch_id=batch_id))
            placed = {part: (folder / part, count) for part, count in parts.close().items()}
            snapshot = lake.open_table(name)
            assert commits.commit(snapshot, name, batch_id=batch_id, parts=placed, note={})
    return days.Versions(lake.current_version("touchpoints"), lake.current_version("conversions"))


def _table(contract: Contract, sent: list[Version], *, source: str, batch_id: int) -> pa.Table:
    stored = [schema(contract).field(column.stored_as) for column in contract.columns]
    table = pa.Table.from_pylist([_stored(contract, row) for row in sent], pa.schema(stored))
    table = table.append_column("line", pa.array(range(1, len(sent) + 1), pa.int64()))
    signed = pa.array([row.signed for row in sent], SIGNED)
    table = stamped(
        table, source=source, batch_id=batch_id,
        signed=signed if contract is LAKE_CONTRACTS["touchpoints"] else None,
    )  # fmt: skip
    at = table.schema.get_field_index("version")
    versions = pa.array([row.version for row in sent], pa.int32())
    return table.set_column(at, "version", versions)


def _stored(contract: Contract, row: Version) -> dict[str, Any]:
    said = asdict(row.event)
    if row.is_mark:
        return {name: said[name] for name in (*contract.key, "occurred_at")}
    user = said.pop("user_id")
    return {**said, "user_key": None if user is None else user.encode()}


def nouns(made: World, closed: Iterable[tuple[str, date]] = ()) -> dict[str, pa.Table]:
    """What the portal knows of the world: all is one merchant's, but for some boosts."""
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
            {"code": source, "marketplace": "m",
             "merchant_id": MERCHANT if source == told.OWN else None}
            for source in told.SOURCES
        ],
    }  # fmt: skip
    boosts = [("external_id", text), ("boost_id", pa.int64()), ("merchant_id", pa.int64())]
    known_boosts = [
        {"external_id": name, "boost_id": number, "merchant_id": whose}
        for name, (number, whose) in _boosts(made).items()
    ]
    days_closed = [
        {"marketplace": "m", "store_id": store, "day": on} for store, on in sorted(closed)
    ]
    shape = pa.schema([("marketplace", text), ("store_id", text), ("day", pa.date32())])
    periods = pa.schema([*period, ("live_from", at), ("live_to", at)])
    return {
        **sampled.nouns(made),
        "staged_listings": pa.Table.from_pylist([asdict(row) for row in made.listings], periods),
        "known_boosts": pa.Table.from_pylist(known_boosts, pa.schema(boosts)),
        "closed_slices": pa.Table.from_pylist(days_closed, shape),
        **{name: pa.Table.from_pylist(some) for name, some in rows.items()},
    }


def _boosts(made: World) -> dict[str, tuple[int, int]]:
    """Number and merchant of the boosts that are known: some are of another merchant's notes."""
    names = {t.boost_id for t in made.touchpoints if t.boost_id is not None}
    return {
        name: (number, (MERCHANT, MERCHANT, ANOTHER)[number % 3])
        for name, number in _numbers(names).items()
        if not name.endswith("𠀀")
    }


def numbered(made: World) -> dict[str, int]:
    """The numbers of listings, notes and stores of a world; none of them may share a name."""
    return {
        **_numbers(row.listing_id for row in made.listings),
        **_numbers(row.note_id for row in made.listings),
        **_numbers(c.store_id for c in made.conversions),
    }


def _numbers(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted(set(names)), 1)}


def computed(made: Told, versions: days.Versions, work_dir: Path, step: int) -> dict[str, Any]:
    """What the facts of all days say, computed `step` days at a time."""
    found: dict[str, Any] = {name: Counter() for name in ABOUT}
    known = nouns(made.world, made.closed)
    for first_on, last_on in due.spans(due.between(FIRST, LAST), most_days=step):
        for name, batch in days.compute(
            first_on, last_on, versions=versions, nouns=known, work_dir=work_dir
        ):
            count(found[name], name, batch.to_pylist())
    return found


# What a fact of each table is about.
ABOUT = {
    "credit": (
        "on",
        "touched_on",
        "listing_id",
        "boost_id",
        "kind",
        "level",
        *OF_SAMPLES,
        "window_days",
    ),
    "conversion": ("on", "store_id", "kind", "level", *OF_SAMPLES, "window_days"),
    "touch": ("on", "note_id", "boost_id", "kind", "listing_ids", *OF_SAMPLES),
}


def count(sums: Counter[tuple[Any, ...]], name: str, rows: list[dict[str, Any]]) -> None:
    """Add rows of facts, by column. Keys are what a fact is about, whether its value is known, and
    which number it is."""
    for row in rows:
        about = tuple(_plain(row[column]) for column in ABOUT[name])
        if name == "touch":
            sums[about] += row["touchpoints"]
        elif name == "conversion":
            _add(sums, (*about, ""), row["conversions"], row["value_fen"])
            for measure in MEASURES:
                if row[measure]:
                    sums[*about, measure] += row[measure]
        else:
            # What facts are about is told apart by one row.
            sums[*about, row["linear_fen"] is not None, "rows"] += 1
            for model in Model:
                if row[model.micro] is not None:
                    _add(sums, (*about, model.value), row[model.micro], row[model.fen])
            _count_assists(sums, row)


def _count_assists(sums: Counter[tuple[Any, ...]], row: dict[str, Any]) -> None:
    """By note, by listing, and of all of either, in whichever of their rows they stand."""
    whose = {"by_note": row["note_id"], "by_listing": row["listing_id"]}
    whose |= {"among_notes": 0, "among_listings": 0}
    for model in filter(lambda model: model.gives_all_to_one, Model):
        for which, key in whose.items():
            if orders := row[model.assists(which)]:
                about = row["kind"], which, key
                sums[row["on"], row["window_days"], model.value, *about] += orders


def _plain(value: Any) -> Any:
    """Listings as PostgreSQL and as the engine write them are the same."""
    return f"{{{','.join(map(str, value))}}}" if isinstance(value, list) else value


def expected(
    made: Iterable[World], numbers: Numbers = _numbers, *, windows: Iterable[int] = WINDOWS
) -> dict[str, Any]:
    """What the facts of worlds that know nothing of each other should say; `numbers` gives the ids
    of listings, stores and notes the numbers that facts call them by."""
    made = list(made)
    listings = numbers(row.listing_id for w in made for row in w.listings)
    notes = numbers(row.note_id for w in made for row in w.listings)
    stores = numbers(c.store_id for w in made for c in w.conversions)
    boosts = _boosts(World([t for w in made for t in w.touchpoints]))
    own = {None: None} | {name: pk for name, (pk, whose) in boosts.items() if whose == MERCHANT}
    found: dict[str, Counter[tuple[Any, ...]]] = {name: Counter() for name in ABOUT}
    for w in made:
        for t in w.touchpoints:
            if shown := w.shown(t):
                ids = ",".join(map(str, sorted(listings[name] for name in shown)))
                about = day_of(t), notes[t.note_id], own.get(t.boost_id), t.kind, f"{{{ids}}}"
                found["touch"][*about, *sampled.of_touch(t)] += 1
        for window in windows:
            for row in w.credit(window):
                c, t = row.conversion, row.touchpoint
                of_note = day_of(c), day_of(t), listings[row.listing_id], own.get(t.boost_id)
                credited = *of_note, w.kind(c), row.level, *sampled.of_credit(w, c, t), window
                _add(found["credit"], (*credited, row.model), row.micro, row.fen)
                found["credit"][*credited, row.fen is not None, "rows"] = 1
            _count_conversions(w, window, stores, found["conversion"])
            _expect_assists(w, window, (listings, notes), found["credit"])
    return found


def _expect_assists(
    w: World,
    window: int,
    known: tuple[dict[str, int], dict[str, int]],
    sums: Counter[tuple[Any, ...]],
) -> None:
    """`known` are listings and notes."""
    for order, model, names in w.assists(window):
        about = day_of(order), window, model, "order"
        for what, numbers in zip(("listing", "note"), known, strict=True):
            begin = f"{what} "
            some = [numbers[name.removeprefix(begin)] for name in names if name.startswith(begin)]
            sums.update((*about, f"by_{what}", pk) for pk in some)
            sums.update([(*about, f"among_{what}s", 0)] if some else [])


def _count_conversions(
    w: World, window: int, stores: dict[str, int], sums: Counter[tuple[Any, ...]]
) -> None:
    for c in w.conversions:
        match = w.match(c, window)
        about = day_of(c), stores[c.store_id], w.kind(c), match.level if match else ""
        whole = *about, *sampled.of_conversion(w, c), window
        _add(sums, (*whole, ""), 1, w.value(c))
        for measure, number in measures(w, c).items():
            if number:
                sums[*whole, measure] += number
    for c, taken in w.taken.items():
        if taken.excess_fen:
            about = day_of(c), stores[c.store_id], "excess_refund", ""
            _add(sums, (*about, *sampled.of_conversion(w, c), window, ""), 1, -taken.excess_fen)


def _add(
    sums: Counter[tuple[Any, ...]], key: tuple[Any, ...], number: int, fen: int | None
) -> None:
    sums[*key, fen is not None, "number"] += number
    sums[*key, fen is not None, "fen"] += int(fen or 0)


def differences(seeds: Iterable[int], *, work_dir: Path, days_at_once: int) -> list[str]:
    """How facts of these worlds differ from the reference; `LAKE_URL` names an empty folder."""
    made = worlds(seeds)
    whole = told.together(made)
    found = computed(whole, bring_in(whole.rows), work_dir, days_at_once)
    return told_apart(found, expected(one.world for one in made))


def told_apart(found: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """A line for each number that is not the one expected."""
    return [
        f"{name} {key}: {found[name].get(key)} instead of {wanted.get(key)}"
        for name, wanted in expected.items()
        for key in sorted({*wanted, *found[name]}, key=repr)
        if wanted.get(key) != found[name].get(key)
    ]
