"""A batch after much history and after a tenth of it: CPU seconds and bytes read from the disk.

The lake is written here in the form that intake gives it, with days that differ in number and not
in size, and looked after as the beat does it: a batch of touchpoints a day, a batch of clicks a
minute, the hourly look after the lake each hour. Each batch that is measured is taken in by a
process of its own, as in an intake but for the job's row; the lake's files are thrown out of the
system's cache first: what is there afterwards was read from the disk.
"""

import ctypes
import json
import mmap
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

TIMES = 3
PER_DAY = 250_000
FIRST_DAY_US = 1_735_660_800_000_000  # 2024-12-31 16:00 UTC is midnight in Shanghai.
DAY_US = 86_400_000_000
CLICKS = 200
BATCHES_OF_A_DAY, BATCHES_OF_AN_HOUR = 1440, 60
PARTS_OF_AN_HOUR = 6
AIM, MOST_FILES = 1.2, 50
# Known events are of a day in the midst of the history, and each is named once.
KNOWN_AT = 4


def compare(earlier: int, touchpoints: int) -> None:
    """Print how much more the same batches cost after `earlier` touchpoints than after a tenth."""
    print(f"{touchpoints:,} touchpoints after {earlier:,} and after a tenth of them")
    few, many = (_after(count, touchpoints) for count in (earlier // 10, earlier))
    for what in ("new", "one known"):
        _print(what, few[what], many[what])
    print(f"{CLICKS} clicks after {BATCHES_OF_A_DAY} batches of one day and after a tenth of them")
    few, many = (_after_clicks(count) for count in (BATCHES_OF_A_DAY // 10, BATCHES_OF_A_DAY))
    for what in ("after the look", "mean of an hour"):
        _print(what, few[what], many[what])
    print(f"files of the day after joining: {many['files']} (aim {MOST_FILES})")


def _print(what: str, few: Any, many: Any) -> None:
    more = [f"{few[at]:.3f} -> {many[at]:.3f} ({many[at] / few[at]:.2f} times)" for at in (0, 1)]
    print(f"{what:<16} CPU s {more[0]}, MB read {more[1]} (aim {AIM} times)", flush=True)


def _after(earlier: int, touchpoints: int) -> dict[str, tuple[float, float]]:
    with _lake() as place:
        days = _fill(place, earlier)
        found = {}
        for at, what in enumerate(("new", "one known")):
            files = []
            for time_ in range(TIMES):
                first = earlier + touchpoints * (TIMES * at + time_)
                known = [] if what == "new" else [earlier // KNOWN_AT + time_]
                files.append(_batch(place, touchpoints, first, known, days))
            found[what] = _median(place, files)
        return found


def _after_clicks(batches: int) -> dict[str, Any]:
    """What a batch of clicks costs just after a look after the lake, and on the mean until the next
    one: what is not summed up yet grows, and the library itself sums the log up now and then. And
    how many files the day has then."""
    with _lake() as place:
        _send_clicks(place, batches)
        sent, found = batches, []
        for until in range(0, BATCHES_OF_AN_HOUR, BATCHES_OF_AN_HOUR // PARTS_OF_AN_HOUR):
            for at in range(sent, batches + until):
                _add(place, "links", at * CLICKS, CLICKS, day=0)
            found.append(_clicks(place, batches + until))
            sent = batches + until + TIMES
        _look_after(place)
        mean = tuple(statistics.mean(some) for some in zip(*found, strict=True))
        return {"after the look": found[0], "mean of an hour": mean, "files": len(_files())}


def _send_clicks(place: Path, batches: int) -> None:
    """A batch a minute; after the last one comes an hourly look."""
    for at in range(batches):
        _add(place, "links", at * CLICKS, CLICKS, day=0)
        if (batches - at - 1) % BATCHES_OF_AN_HOUR == 0:
            _look_after(place)


def _clicks(place: Path, at: int) -> tuple[float, float]:
    files = [_batch(place, CLICKS, (at + time_) * CLICKS, [], 1) for time_ in range(TIMES)]
    return _median(place, files)


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
        _look_after(place)
    return days


def _add(place: Path, source: str, first: int, count: int, *, day: int) -> None:
    """A batch of new events in the lake and in its index."""
    from reports.events.contract import TOUCHPOINTS
    from reports.events.merge import MEMORY
    from reports.events.naming import gather
    from reports.events.parts import DayParts
    from reports.lake import commits, judging
    from reports.lake import tables as lake

    work = place / "work"
    parts = DayParts(work, commits.stem(source, batch_id=1_000_000 + first, fence=1))
    parts.add(_stored(source, first, count, day))
    rows = parts.close()
    files = {part: (work / part, number) for part, number in rows.items()}
    snapshot = lake.open_table("touchpoints")
    batch = 1_000_000 + first
    assert commits.commit(snapshot, "touchpoints", batch_id=batch, parts=files, note={})
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
        max(0.001, statistics.median(mb for _cpu, mb in runs)),
    )


def _run(place: Path, at: int, file: Path) -> tuple[float, float]:
    before = _forgotten(place)
    command = [sys.executable, "-m", "bench", "growth", "--once", str(file)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    read = sum(_held(path) - held for path, held in before.items() if path.exists())
    return json.loads(out), read / 2**20


def _forgotten(place: Path) -> dict[Path, int]:
    """The lake's files, and what the system has left of them in memory: next to nothing."""
    os.sync()
    files = [path for path in place.rglob("*") if path.is_file()]
    for path in files:
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return {path: _held(path) for path in files}


def _held(file: Path) -> int:
    """So many bytes of a file the system has in memory."""
    if not (size := file.stat().st_size):
        return 0
    seen = np.memmap(file, np.uint8, "r")
    is_there = np.zeros(-(-size // mmap.PAGESIZE), np.uint8)
    pages = is_there.ctypes.data_as(ctypes.c_void_p)
    ctypes.CDLL(None).mincore(ctypes.c_void_p(seen.ctypes.data), ctypes.c_size_t(size), pages)
    return int((is_there & 1).sum()) * mmap.PAGESIZE


def _look_after(place: Path) -> None:
    """What the beat does each hour."""
    from reports.lake import tending

    tending.tend(work=place / "work", beat=lambda: None)


def _files() -> list[str]:
    from reports.lake import tables as lake

    return lake.files("touchpoints")


def _used() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def once(file: Path) -> None:
    """Take a file in and say what CPU seconds it took, the start of this process apart."""
    from bench.ingest import take_in

    batch = int(file.stem.split("-")[1])
    work = Path(os.environ["LAKE_URL"]) / f"work-{batch}"
    before = _used()
    take_in(file, work, batch=batch)
    print(json.dumps(_used() - before))
