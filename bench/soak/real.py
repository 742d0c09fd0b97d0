"""`make soak ARGS="--real FOLDER"`: data of real people against the rules in plain Python.

`FOLDER` has a folder for each data set: `touchpoints.csv.gz`, `conversions.csv.gz` and
`listings.csv.gz`. Of every window and model, credit of bare files row by row, of all users and of
half of them by a hash; and the facts of report days, by both days, where all are there and where
half are, as samples with an order and a touch regime. People are strangers to each other: the
reference computes one at a time.
"""

import csv
import gzip
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import md5
from pathlib import Path
from typing import Any

from bench.measure import machine
from bench.soak import site

MORE_WINDOWS = (90,)
DAYS_AT_ONCE = 31
Row = dict[str, str]


def run(folder: Path) -> int:
    """Print a line for each comparison; exit status 0 when no row differs."""
    site.speak_to_it()
    print(f"{folder}; {machine()}", flush=True)
    wrong = 0
    for data in sorted(found for found in folder.iterdir() if found.is_dir()):
        everybody = _world(data)
        half = _half(everybody)
        for name, whole in (("all", everybody), ("half of the users", half)):
            for window, differing, rows in _in_files(whole):
                wrong += _said(f"{data.name}, {name}, files, {window} days", differing, rows)
        for name, whole, is_sample in (("all", everybody, False), ("sample of 0.5", half, True)):
            differing, rows = _in_the_lake(whole, is_sample=is_sample)
            wrong += _said(f"{data.name}, {name}, report days", differing, rows)
    return 1 if wrong else 0


def _said(what: str, differing: list[str], rows: int) -> int:
    told = f": {'; '.join(differing[:3])}" if differing else ""
    print(f"{what:<56} {rows:>9,} rows, {len(differing)} differ{told}", flush=True)
    return len(differing)


def _in_files(whole: Any) -> Iterator[tuple[int, list[str], int]]:
    """By window: the rows of credit.parquet that are not the reference's, and how many it has."""
    import pyarrow.parquet as pq

    from reports.attribution.bare import attribute_files
    from reports.attribution.choices import WINDOWS
    from reports.attribution.tests import in_files

    people = _by_person(whole)
    with tempfile.TemporaryDirectory(prefix="notelink-real-") as name:
        folder = in_files.as_parquet(Path(name), whole)
        paths: Any = {each: str(folder / f"{each}.parquet") for each in in_files.INPUTS}
        for window in (*WINDOWS, *MORE_WINDOWS):
            attribute_files(**paths, out=folder / "out", window_days=window)
            rows = pq.read_table(folder / "out" / "credit.parquet").to_pylist()
            found = {tuple(row.values()) for row in rows}
            wanted = {in_files.written(row) for one in people for row in one.credit(window)}
            doubled = [f"{len(rows) - len(found)} rows are there twice"] * (len(rows) > len(found))
            yield window, [*doubled, *sorted(map(repr, found ^ wanted))], len(wanted)


def _in_the_lake(whole: Any, *, is_sample: bool) -> tuple[list[str], int]:
    """Numbers of facts that are not the reference's, and how many it has."""
    from django.conf import settings

    from reports.attribution.tests import in_the_lake, sampled
    from reports.attribution.tests.told import Told, Version

    agreed = (sampled.Agreed("mall", -400, 400, Decimal("0.5")),) if is_sample else ()
    sampled.TOUCHES = sampled.CONVERSIONS = agreed
    events = [Version(event) for event in (*whole.touchpoints, *whole.conversions)]
    with tempfile.TemporaryDirectory(prefix="notelink-real-") as name:
        settings.LAKE_URL = str(Path(name) / "lake")
        found = in_the_lake.computed(
            Told(whole, events), in_the_lake.bring_in(events), Path(name), DAYS_AT_ONCE
        )
    known = in_the_lake.numbered(whole)
    expected = in_the_lake.expected(_by_person(whole), lambda ids: known)
    for sums in expected.values():
        # Some people did something long before the days that are computed.
        for key in [key for key in sums if not in_the_lake.FIRST <= key[0] <= in_the_lake.LAST]:
            del sums[key]
    return in_the_lake.told_apart(found, expected), sum(map(len, expected.values()))


def _by_person(whole: Any) -> list[Any]:
    """A world for each: what he did, and the listings of what he touched."""
    from reports.attribution.tests.reference import World

    of_note, touches, conversions = defaultdict(list), defaultdict(list), defaultdict(list)
    for listing in whole.listings:
        of_note[listing.note_id].append(listing)
    for touch in whole.touchpoints:
        touches[touch.user_id].append(touch)
    for conversion in whole.conversions:
        conversions[conversion.user_id].append(conversion)
    return [
        World(
            touches[user],
            conversions[user],
            [each for note in {t.note_id for t in touches[user]} for each in of_note[note]],
        )
        for user in sorted({*touches, *conversions})
    ]


def _half(whole: Any) -> Any:
    """What those of an even hash did."""
    from reports.attribution.tests.reference import World

    def is_in(user: str) -> bool:
        return md5(user.encode(), usedforsecurity=False).digest()[0] % 2 == 0

    return World(
        [touch for touch in whole.touchpoints if is_in(touch.user_id)],
        [conversion for conversion in whole.conversions if is_in(conversion.user_id)],
        whole.listings,
    )


def _world(data: Path) -> Any:
    """The rows that have what a row needs, moved by whole days to where worlds begin."""
    from reports.attribution.tests.reference import Conversion, Listing, Touchpoint, World
    from reports.attribution.tests.worlds import START

    touches = [
        Touchpoint(
            row["event_id"], _at(row["occurred_at"]), row["user_id"], row["note_id"], row["kind"],
            row.get("listing_id") or None, "mall",
        )
        for row in _rows(data / "touchpoints.csv.gz", "occurred_at", "user_id", "note_id")
    ]  # fmt: skip
    conversions = [
        Conversion(
            row["event_id"], _at(row["occurred_at"]), row["user_id"], row["store_id"],
            row["product_id"] or None, row["kind"], _number(row["value_fen"]), None, None,
            row["order_id"] or None, "mall", _number(row["quantity"]),
        )
        for row in _rows(data / "conversions.csv.gz", "occurred_at", "user_id", "store_id")
    ]  # fmt: skip
    days = sorted(conversion.occurred_at.date() for conversion in conversions)
    # The first hundredth lies long before the others, where it does.
    moved = timedelta(days=(START.date() - days[len(days) // 100]).days)
    listings = [
        Listing(
            row["listing_id"], row["note_id"], row["product_id"], row["store_id"],
            _at(row["live_from"]) + moved, _at(row["live_to"]) + moved if row["live_to"] else None,
        )
        for row in _rows(data / "listings.csv.gz", "listing_id", "note_id")
    ]  # fmt: skip
    return World(
        [replace(touch, occurred_at=touch.occurred_at + moved) for touch in touches],
        [replace(each, occurred_at=each.occurred_at + moved) for each in conversions],
        listings,
    )


def _rows(path: Path, *required: str) -> Iterator[Row]:
    with gzip.open(path, "rt", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if all(row[name] for name in required):
                yield row


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _number(text: str) -> int | None:
    return int(text) if text else None
