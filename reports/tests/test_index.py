"""A batch is judged by the index and the days it names; without the index it is judged as well."""

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from portal.jobs import queue
from portal.jobs.models import Job, JobState
from reports.events import levels, naming, sheets
from reports.lake import index, judging
from reports.lake import tables as lake
from reports.lake.index import MANIFEST, Index, of_table
from reports.sources.models import BatchState
from reports.tests.sending import HEAD, ORDERS, ROW, Send, counts, current

pytestmark = pytest.mark.django_db
DAYS = ["01-28", "01-29", "01-30", "01-31"]


def row(event: str, day: str) -> str:
    return ROW.replace("t1", event).replace("01-31", day)


@pytest.fixture
def history(send: Send) -> None:
    """A batch a day, each with an event of its own."""
    for day in DAYS:
        send(HEAD + row(f"t{day}", day))


def keys() -> Index:
    return Index("touchpoints", "keys.community")


def lose(*days: str) -> None:
    """What nobody may read is not there."""
    for file in lake.files("touchpoints"):
        if any(day in file for day in days):
            Path(file).rename(f"{file}.away")


@pytest.mark.usefixtures("history")
def test_a_batch_is_judged_without_the_days_that_it_does_not_name(send: Send) -> None:
    lose(*DAYS)
    assert counts(send(HEAD + row("new", "02-05"))) == (1, 1, 0, 0)


@pytest.mark.usefixtures("history")
def test_without_the_index_those_days_are_read(send: Send) -> None:
    shutil.rmtree(keys().folder)
    lose(*DAYS)
    assert send(HEAD + row("new", "02-05")).state == BatchState.RECEIVED


@pytest.mark.usefixtures("history")
def test_a_known_event_is_looked_up_in_its_day_alone(send: Send) -> None:
    lose("01-28", "01-29", "01-31")
    known = row("t01-30", "01-30") + row("new", "02-05")
    assert counts(send(HEAD + known)) == (2, 1, 1, 0)


@pytest.mark.usefixtures("history")
def test_a_known_event_that_moves_is_found_where_it_was(send: Send) -> None:
    lose("01-29", "01-30", "01-31")
    moved = send(HEAD + row("t01-28", "02-02"))
    assert (counts(moved), moved.corrected) == ((1, 1, 0, 0), 1)
    assert counts(send(HEAD + row("t01-28", "02-02") + "\n")) == (1, 0, 1, 0)


def test_new_ids_beside_known_ones_name_no_day(send: Send) -> None:
    ids = [f"t{number:06}" for number in range(2000)]
    send(HEAD + "".join(row(event, "01-31") for event in ids[:1000]))
    lose("01-31")
    beside = send(HEAD + "".join(row(event, "02-05") for event in ids[1000:]))
    assert counts(beside) == (1000, 1000, 0, 0)


def other_version(index: Index) -> None:
    said = json.loads((index.folder / MANIFEST).read_text())
    (index.folder / MANIFEST).write_text(json.dumps({**said, "made_by": "another"}))


def cut_short(index: Index) -> None:
    sheet, *_others = sorted(index.folder.glob("*.sheet"))
    sheet.write_bytes(sheet.read_bytes()[:-1])


DAMAGES: list[Callable[[Index], Any]] = [
    lambda index: shutil.rmtree(index.folder),
    lambda index: (index.folder / MANIFEST).unlink(),
    lambda index: (index.folder / MANIFEST).write_bytes(b'{"made_by'),
    lambda index: (index.folder / MANIFEST).write_text("[1]"),
    lambda index: next(index.folder.glob("*.sheet")).unlink(),
    cut_short,
    other_version,
]


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("damage", DAMAGES)
def test_an_index_that_is_lost_or_damaged_doubles_nothing(
    damage: Callable[[Index], Any], send: Send
) -> None:
    damage(keys())
    known = "".join(row(f"t{day}", day) for day in DAYS)
    assert counts(send(HEAD + known + row("new", "01-28"))) == (5, 1, 4, 0)
    assert counts(send(HEAD + row("new", "01-28") + known)) == (5, 0, 5, 0)
    assert len(current()) == 5


def without_room(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("step", ["_write", "_placed", "_join"])
def test_a_disk_without_room_for_the_index_costs_no_event(
    step: str, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(Index, step, without_room)
        assert counts(send(HEAD + ROW)) == (1, 1, 0, 0)
    assert counts(send(HEAD + ROW + row("t2", "01-31"))) == (2, 1, 1, 0)
    assert len(current()) == 2


def test_a_worker_that_dies_before_it_writes_the_index_costs_no_event(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as dying:
        dying.setattr(judging, "took", die)
        send(HEAD + ROW)
    assert queue.run_now(Job.objects.get()).state == JobState.DONE
    assert keys().manifest().files == set()
    assert counts(send(HEAD + ROW + row("t2", "01-31"))) == (2, 1, 1, 0)
    assert len(current()) == 2


def test_orders_and_refunds_have_sheets_of_their_own(send: Send) -> None:
    send(ORDERS + "c1,2026-01-31T08:00:00Z,u1,s1,order,100\n", source="jd")
    send(ORDERS + "v1,2026-01-31T08:00:00Z,u1,s1,visit,\n", source="jd")
    found = {sheet: index.manifest() for sheet, index in of_table("conversions", "jd").items()}
    assert {sheet: sum(known.sheets.values()) for sheet, known in found.items()} == {
        naming.KEYS: 2, naming.ORDERS: 1, naming.REFUNDS: 0,
    }  # fmt: skip
    assert {len(known.files) for known in found.values()} == {2}


def test_after_the_hourly_look_small_sheets_are_one(send: Send) -> None:
    for at in range(9):
        send(HEAD + row(f"t{at}", "01-31"))
    assert len(keys().manifest().sheets) == 2
    keys().join()
    known = keys().manifest()
    assert list(known.sheets.values()) == [9]
    known_rows = "".join(row(f"t{at}", "01-31") for at in range(9))
    assert counts(send(HEAD + known_rows)) == (9, 0, 9, 0)


def grown(monkeypatch: pytest.MonkeyPatch, folder: Path, days: int) -> tuple[int, float]:
    """A sheet a day, and the hourly look: how many sheets there are at most, and how often an entry
    was written."""
    monkeypatch.setattr(index, "MOST_ENTRIES_AT_ONCE", 40)
    monkeypatch.setattr(os, "fsync", lambda _file: None)
    of, most, written = Index("touchpoints", f"keys.{days}"), 0, 0
    write = levels.write

    def counted(path: Path, pieces: Any) -> None:
        nonlocal written
        write(path, pieces)
        written += levels.length(path)

    monkeypatch.setattr(levels, "write", counted)
    for day in range(days):
        entries = np.arange(day * 10, day * 10 + 10, dtype=np.uint64) << np.uint64(16)
        sheets.write(folder / "sheet", entries)
        of.add(folder / "sheet", [str(day)])
        of.join()
        most = max(most, len(of.manifest().sheets))
    assert sum(of.manifest().sheets.values()) == days * 10
    return most, written / (days * 10)


def test_a_long_history_has_few_sheets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (few, _), (many, times) = (grown(monkeypatch, tmp_path, days) for days in (25, 250))
    assert many <= few + 2 <= 6
    assert times < 16
    # What is joined only with its equals leaves many.
    monkeypatch.setattr(index, "OUTWEIGHED", 0)
    assert grown(monkeypatch, tmp_path, 101)[0] > 20


def test_many_sheets_become_few(send: Send) -> None:
    for at in range(20):
        send(HEAD + row(f"t{at}", "01-31"))
    known = keys().manifest()
    assert sum(known.sheets.values()) == 20
    assert len(known.sheets) < 10
    known_rows = "".join(row(f"t{at}", "01-31") for at in range(20))
    assert counts(send(HEAD + known_rows)) == (20, 0, 20, 0)
    left = keys().sweep(older_than=0)
    assert left == 0
    keys().sweep(older_than=float("inf"))
    named = {*keys().manifest().sheets}
    assert {path.name for path in keys().folder.glob("*.sheet")} == named
