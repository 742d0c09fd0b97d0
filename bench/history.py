"""A batch after much history and after a tenth of it: CPU seconds and bytes read from the disk.

The lake is written here in the form that intake gives it, with days that differ in number and not
in size. Each batch is taken in by a process of its own, as in an intake but for the job's row; the
lake's files are thrown out of the system's cache first, so that what is read is counted.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

TIMES = 3
PER_DAY = 250_000
FIRST_DAY_US = 1_735_660_800_000_000  # 2024-12-31 16:00 UTC is midnight in Shanghai.
DAY_US = 86_400_000_000
CLICKS = 200
BATCHES_OF_A_DAY = 1440


def compare(earlier: int, touchpoints: int) -> None:
    """Print how much more the same batches cost after `earlier` touchpoints than after a tenth."""
    print(f"{touchpoints:,} touchpoints after {earlier:,} and after a tenth of them")
    few, many = (_after(count, touchpoints) for count in (earlier // 10, earlier))
    for what in ("new", "one known"):
        _print(what, few[what], many[what])
    print(f"{CLICKS} clicks after {BATCHES_OF_A_DAY} batches of one day and after a tenth of them")
    few, many = (_after_clicks(count) for count in (BATCHES_OF_A_DAY // 10, BATCHES_OF_A_DAY))
    _print("a click batch", few["clicks"], many["clicks"])
    print(f"files of the day after joining: {many['files']}")


def _print(what: str, few: Any, many: Any) -> None:
    more = [f"{few[at]:.2f} -> {many[at]:.2f} ({many[at] / few[at]:.2f} times)" for at in (0, 1)]
    print(f"{what:<16} CPU s {more[0]}, MB read {more[1]}", flush=True)


def _after(earlier: int, touchpoints: int) -> dict[str, tuple[float, float]]:
    with _lake() as place:
        days = _fill(place, earlier)
        found = {}
        for at, what in enumerate(("new", "one known")):
            known = [] if what == "new" else [earlier // 2]
            files = [
                _batch(
                    place, touchpoints, earlier + touchpoints * (TIMES * at + time_), known, days
                )
                for time_ in range(TIMES)
            ]
            found[what] = _median(place, files)
        return found


def _after_clicks(batches: int) -> dict[str, Any]:
    with _lake() as place:
        for at in range(batches):
            _add(place, "links", at * CLICKS, CLICKS, day=0)
        files = [_batch(place, CLICKS, (batches + at) * CLICKS, [], 1) for at in range(TIMES)]
        clicks = _median(place, files)
        return {"clicks": clicks, "files": _joined(place)}


class _lake:
    """A folder with a lake for this process and those it starts."""

    def __enter__(self) -> Path:
        self._folder = tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR"))
        os.environ["LAKE_URL"] = os.environ["PORTAL_VAR"] = self._folder.name
        from django.conf import settings

        settings.LAKE_URL = settings.VAR_DIR = Path(self._folder.name)
        return Path(self._folder.name)

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def _fill(place: Path, events: int) -> int:
    """Touchpoints of `links`, a batch a day; how many days."""
    days = -(-events // PER_DAY)
    for day in range(days):
        _add(place, "links", day * PER_DAY, min(PER_DAY, events - day * PER_DAY), day=day)
    return days


def _add(place: Path, source: str, first: int, count: int, *, day: int) -> None:
    """A batch of new events in the lake and in its index."""
    from reports.events.contract import TOUCHPOINTS
    from reports.events.merge import MEMORY
    from reports.events.naming import gather
    from reports.events.parts import DayParts
    from reports.lake import judging
    from reports.lake import tables as lake

    work = place / "work"
    parts = DayParts(work, lake.stem(source, batch_id=1_000_000 + first, fence=1))
    parts.add(_stored(source, first, count, day))
    rows = parts.close()
    files = {part: (work / part, number) for part, number in rows.items()}
    snapshot = lake.open_table("touchpoints")
    batch = 1_000_000 + first
    assert lake.commit(snapshot, "touchpoints", batch_id=batch, parts=files, note={})
    gather(TOUCHPOINTS, [work / part for part in rows], folder=work / "sheets", memory=MEMORY)
    judging.took("touchpoints", source, list(rows), sheets=work / "sheets")
    for part in rows:
        (work / part).unlink()


def _stored(source: str, first: int, count: int, day: int) -> pa.Table:
    from reports.events.contract import TOUCHPOINTS
    from reports.events.stamp import schema

    instants = range(FIRST_DAY_US + day * DAY_US, FIRST_DAY_US + day * DAY_US + count)
    columns = {
        "event_id": [f"t{at:012}" for at in range(first, first + count)],
        "occurred_at": pa.array(instants, pa.timestamp("us", "UTC")),
        "user_key": pa.repeat(pa.scalar(b"0123456789abcdef", pa.binary()), count),
        "note_id": pa.repeat(pa.scalar("n1"), count),
        "kind": pa.repeat(pa.scalar("click"), count),
        "source": pa.repeat(pa.scalar(source), count),
        "batch_id": pa.repeat(pa.scalar(1, pa.int64()), count),
        "line": pa.array(range(count), pa.int64()),
        "version": pa.repeat(pa.scalar(1, pa.int32()), count),
    }
    shape = schema(TOUCHPOINTS)
    found = [columns.get(f.name, pa.nulls(count, f.type)) for f in shape]
    return pa.table(
        [
            pa.array(c, f.type) if isinstance(c, list) else c
            for c, f in zip(found, shape, strict=True)
        ],
        schema=shape,
    )


def _batch(place: Path, count: int, first: int, known: list[int], days: int) -> Path:
    """A file to be taken in: events of the last day, new ones and some that are known."""
    at = [*range(first, first + count - len(known)), *known]
    start = FIRST_DAY_US + (days - 1) * DAY_US
    table = pa.table(
        {
            "event_id": [f"t{number:012}" for number in at],
            "occurred_at": pa.array(range(start, start + count), pa.timestamp("us", "UTC")),
            "user_id": pa.repeat(pa.scalar("u1"), count),
            "note_id": pa.repeat(pa.scalar("n1"), count),
            "kind": pa.repeat(pa.scalar("click"), count),
        }
    )
    path = place / f"sent-{first}-{len(known)}.parquet"
    pq.write_table(table, path)
    return path


def _median(place: Path, files: list[Path]) -> tuple[float, float]:
    """CPU seconds and megabytes read of the batches' intakes."""
    runs = [_run(place, at, file) for at, file in enumerate(files)]
    return (
        statistics.median(cpu for cpu, _mb in runs),
        max(0.01, statistics.median(mb for _cpu, mb in runs)),
    )


def _run(place: Path, at: int, file: Path) -> tuple[float, float]:
    _forget(place)
    command = [sys.executable, "-m", "bench", "growth", "--once", str(file)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    cpu, mb = json.loads(out)
    return cpu, mb


def _forget(place: Path) -> None:
    """Have the system read the lake's files from the disk again."""
    os.sync()
    for path in filter(Path.is_file, place.rglob("*")):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _joined(place: Path) -> int:
    from reports.lake import tables as lake
    from reports.lake import tending

    work = place / "work"
    tending.tend(work=work, beat=lambda: None)
    return len(lake.files("touchpoints"))


def _used() -> Iterator[float]:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    yield sum(each.ru_utime + each.ru_stime for each in used)
    yield sum(each.ru_inblock for each in used) / 2048


def once(file: Path) -> None:
    """Take a file in and say what it took, the start of this process apart."""
    from bench.ingest import take_in

    batch = int(file.stem.split("-")[1])
    work = Path(os.environ["LAKE_URL"]) / f"work-{batch}"
    before = list(_used())
    take_in(file, work, batch=batch)
    print(json.dumps([after - was for after, was in zip(_used(), before, strict=True)]))
