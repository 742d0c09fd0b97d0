"""Rows per second from file to lake: read, validated, hashed, compared and committed.

Everything `manage.py ingest` does but the job's row: the disposable reader, duplicates against
what is there, and the commit. The baseline reads the same file with pyarrow and does nothing with
it. CPU seconds and the peak of resident memory include the reader's process.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from bench.alone import reader
from bench.measure import machine

AIMS = {"parquet": 300_000, "csv": 150_000}
ROWS_AT_ONCE = 1_000_000
_KINDS = pa.array(["view", "like", "collect", "comment", "share", "follow", "click"])


def main(args: list[str]) -> int:
    """Print rows per second of both formats; exit 0."""
    parser = argparse.ArgumentParser(prog="python -m bench ingest")
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--once", help=argparse.SUPPRESS)
    options = parser.parse_args(args)
    if options.once:
        print(json.dumps(_once(Path(options.once))))
        return 0
    print(f"{options.rows:,} touchpoints, median of {options.times}; {machine()}")
    with tempfile.TemporaryDirectory() as name:
        for suffix, aim in AIMS.items():
            file = Path(name) / f"touchpoints.{suffix}"
            _write(file, options.rows)
            runs = [_run(file) for _ in range(options.times)]
            baseline = statistics.median(_read(file) for _ in range(options.times))
            _print(suffix, options.rows, runs, baseline, aim)
            file.unlink()
    return 0


def _print(suffix: str, rows: int, runs: list[dict[str, float]], baseline: float, aim: int) -> None:
    median = {what: statistics.median(run[what] for run in runs) for what in runs[0]}
    print(
        f"{suffix}: {rows / median['seconds']:,.0f} rows/s (aim {aim:,}),"
        f" {rows / median['cpu']:,.0f} rows per CPU second,"
        f" peak {median['peak_mb']:,.0f} MB,"
        f" {median['cpu'] / baseline:.1f} times the CPU of reading the file"
    )


def _run(file: Path) -> dict[str, float]:
    """One intake in a process of its own, so that its memory and CPU are its own."""
    command = [sys.executable, "-m", "bench", "ingest", "--once", str(file)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(out))


def _once(file: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=file.parent) as name:
        os.environ["LAKE_URL"] = os.environ["PORTAL_VAR"] = name
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        import django

        django.setup()
        started = time.perf_counter()
        accepted = take_in(file, Path(name) / "work")
        seconds = time.perf_counter() - started
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(each) for each in who]
    return {
        "accepted": accepted,
        "seconds": seconds,
        "cpu": sum(each.ru_utime + each.ru_stime for each in used),
        "peak_mb": max(each.ru_maxrss for each in used) / 1024,
    }


def take_in(file: Path, work: Path, *, batch: int = 1) -> int:
    """What `reports.sources.intake` does with a file, without a database."""
    from reports.events.child import SHEETS
    from reports.lake import commits, judging
    from reports.lake import tables as lake
    from reports.sources import intake

    work.mkdir()
    with reader(file, work, batch=batch) as child:
        child.read()
        snapshot = lake.open_table("touchpoints")
        merged = child.compare(judging.before(snapshot, "touchpoints", "links"))
    parts = {part: (intake.newest(work, part), rows) for part, rows in merged.parts.items()}
    assert commits.commit(snapshot, "touchpoints", batch_id=batch, parts=parts, note={})
    judging.took("touchpoints", "links", list(parts), sheets=work / SHEETS)
    return sum(merged.parts.values())


def _read(file: Path) -> float:
    """CPU seconds to read every column with pyarrow, a batch at a time."""
    started = time.process_time()
    if file.suffix == ".parquet":
        for _batch in pq.ParquetFile(file).iter_batches(1 << 18):
            pass
    else:
        for _batch in pa.csv.open_csv(file):
            pass
    return time.process_time() - started


def _write(file: Path, rows: int) -> None:
    rng = np.random.default_rng(1)
    writer: Any = None
    for first in range(0, rows, ROWS_AT_ONCE):
        table = _events(rng, first, min(ROWS_AT_ONCE, rows - first), rows)
        if file.suffix == ".csv":
            table = table.set_column(1, "occurred_at", _as_text(table["occurred_at"]))
            writer = writer or pa.csv.CSVWriter(file, table.schema)
        else:
            writer = writer or pq.ParquetWriter(file, table.schema, compression="zstd")
        writer.write_table(table)
    writer.close()


def _events(rng: np.random.Generator, first: int, count: int, rows: int) -> pa.Table:
    """30 days of touchpoints in order of time, a third as many users as rows, skewed."""
    at = np.arange(first, first + count)
    instants = 1_767_225_600_000_000 + at * (30 * 86_400_000_000 // rows)
    return pa.table(
        {
            "event_id": _named("t", at),
            "occurred_at": pa.array(instants, pa.timestamp("us", "UTC")),
            "user_id": _named("u", rows / 3 * rng.random(count) ** 1.5),
            "note_id": _named("n", 1_000_000 * rng.random(count) ** 3),
            "kind": _KINDS.take(pa.array(rng.integers(0, len(_KINDS), count))),
        }
    )


def _named(letter: str, numbers: Any) -> pa.Array:
    text = pa.array(numbers.astype(np.int64)).cast(pa.string())
    return pc.binary_join_element_wise(letter, text, "")


def _as_text(instants: pa.ChunkedArray) -> pa.ChunkedArray:
    seconds = pc.floor_temporal(instants, unit="second").cast(pa.timestamp("s", "UTC"))
    return pc.strftime(seconds, format="%Y-%m-%dT%H:%M:%SZ")
