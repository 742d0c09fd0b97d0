"""What each engine makes of the same input: tests and `make soak` compare the two."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zlib import crc32

import pyarrow.parquet as pq
from django.core.management import call_command

from reports.attribution import days
from reports.attribution.tests import in_files, in_the_lake, told
from reports.attribution.tests.in_files import INPUTS
from reports.attribution.tests.told import Told
from reports.attribution.tests.worlds import together, world
from reports.events.contract import MAX_VALUE_FEN

IDS = ("event_id", "user_id", "note_id", "store_id", "product_id", "listing_id")
Lake = tuple[Told, days.Versions]


def inputs(seeds: Iterable[int], real: Path, folder: Path, *, of_users: int = 1) -> dict[str, str]:
    """Hostile worlds, and the real data where it is, as one input: a folder for each argument. Of
    the real data every user, or one `of_users`."""
    for name, rows in in_files.tables(together([world(seed) for seed in seeds])).items():
        (folder / name).mkdir(parents=True)
        pq.write_table(rows, folder / name / "worlds.parquet")
        for data in sorted(real.glob("*")) if real.is_dir() else []:
            if data.is_dir():
                target = folder / name / f"{data.name}.csv"
                _told_apart(data / f"{name}.csv.gz", target, data.name, of_users)
    return {name: str(folder / name) for name in INPUTS}


def _told_apart(source: Path, target: Path, prefix: str, of_users: int) -> None:
    """The rows of a file, their ids told apart from those of other files."""
    with gzip.open(source, "rt", newline="") as old, target.open("w", newline="") as new:
        rows = csv.DictReader(old)
        writer = csv.DictWriter(new, rows.fieldnames or [])
        writer.writeheader()
        for row in rows:
            if crc32(row.get("user_id", "").encode()) % of_users:
                continue
            apart = {name: f"{prefix}-{row[name]}" for name in IDS if row.get(name)}
            writer.writerow({**row, **apart})


def of_files(paths: dict[str, str], out: Path, engine: str) -> dict[str, Any]:
    """What `attribute_files` writes: the tables as they stand there, and the summary."""
    call_command("attribute_files", **paths, out=out, engine=engine, most_value_fen=MAX_VALUE_FEN)
    found: dict[str, Any] = {"summary": (out / "summary.json").read_text()}
    for name in ("credit", "conversions"):
        # One engine writes down of some columns that they have a value everywhere.
        table = pq.read_table(out / f"{name}.parquet")
        found[name] = table.cast(_nullable(table.schema))
    return found


def _nullable(schema: Any) -> Any:
    for place, field in enumerate(schema):
        schema = schema.set(place, field.with_nullable(True))
    return schema.remove_metadata()


def a_lake(seeds: Iterable[int]) -> Lake:
    """Hostile worlds in the lake at LAKE_URL, which is empty."""
    whole = told.together(in_the_lake.worlds(seeds))
    return whole, in_the_lake.bring_in(whole.rows)


def of_days(lake: Lake, work_dir: Path, master: str | None) -> dict[str, Counter[Any]]:
    """The facts of all days: how often each row is there."""
    whole, versions = lake
    nouns = in_the_lake.nouns(whole.world, whole.closed)
    found: dict[str, Counter[Any]] = {"credit": Counter(), "conversion": Counter()}
    found["touch"] = Counter()
    for name, batch in days.compute(
        in_the_lake.FIRST, in_the_lake.LAST, versions=versions, nouns=nouns,
        work_dir=work_dir, master=master,
    ):  # fmt: skip
        for row in batch.to_pylist():
            found[name][tuple(sorted((column, str(value)) for column, value in row.items()))] += 1
    return found
