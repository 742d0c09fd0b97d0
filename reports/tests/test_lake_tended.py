"""Small files become few, and nothing is lost, doubled or read again by it."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from portal.jobs.models import Job, JobState
from portal.jobs.queue import run_now
from reports import tasks
from reports.lake import commits, joining, tending
from reports.lake import tables as lake
from reports.lake.index import Index
from reports.sources import intake
from reports.tests.sending import HEAD, ROW, Send, counts, current

pytestmark = pytest.mark.django_db
FILES = 3
HOUR_MS = 3_600_000
COLUMNS = "event_id, kind, day::VARCHAR, source, batch_id, line, version"


def row(event: int, day: str = "01-31") -> str:
    return ROW.replace("t1", f"t{event}").replace("01-31", day)


@pytest.fixture
def small(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of one row: as many of one day as are joined, and fewer of another."""
    monkeypatch.setattr(joining, "FEWEST", FILES)
    for at in range(FILES):
        send(HEAD + row(at))
    send(HEAD + row(100, "01-30"))


def nothing(*_: object) -> None:
    pass


def tend(work: Path) -> int:
    return tending.tend(work=work, beat=nothing)


@pytest.mark.usefixtures("small")
def test_small_files_of_a_day_become_one(tmp_path: Path) -> None:
    rows = current(columns=COLUMNS)
    assert tend(tmp_path) == FILES
    assert [lake.below(file)[:14] for file in lake.files("touchpoints")] == [
        "day=2026-01-30", "day=2026-01-31",
    ]  # fmt: skip
    assert current(columns=COLUMNS) == rows
    assert tend(tmp_path) == 0


@pytest.mark.usefixtures("small")
def test_a_version_of_before_keeps_its_files(tmp_path: Path) -> None:
    version = lake.current_version("touchpoints")
    before = lake.files("touchpoints", version=version)
    tend(tmp_path)
    assert lake.sweep() == 0
    assert lake.files("touchpoints", version=version) == before
    assert all(Path(file).exists() for file in before)


@pytest.mark.usefixtures("small")
def test_files_that_were_joined_are_deleted_when_no_kept_version_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = current(columns=COLUMNS)
    long_ago = time.time() - timedelta(days=lake.KEPT_DAYS, hours=1).total_seconds()
    for file in lake.files("touchpoints"):
        os.utime(file, (long_ago, long_ago))
    with monkeypatch.context() as earlier:
        earlier.setattr(time, "time", lambda: long_ago)
        tend(tmp_path)
    assert lake.sweep() == FILES
    assert current(columns=COLUMNS) == rows
    assert len(list(lake.path("touchpoints").glob("day=*/*"))) == 2


@pytest.mark.usefixtures("small")
def test_the_sum_of_the_log_tells_little_of_what_it_keeps_for_thirty_days(tmp_path: Path) -> None:
    began = time.time() * 1000
    tend(tmp_path)
    log = lake.path("touchpoints") / "_delta_log"
    summed = pq.read_table(max(log.glob("*.checkpoint.parquet")))
    gone = [one for one in summed["remove"].to_pylist() if one]
    assert len(gone) == FILES
    assert {(one["size"], one["partitionValues"] or None) for one in gone} == {(None, None)}
    moments = [one["lastUpdated"] for one in summed["txn"].to_pylist() if one]
    assert len(moments) == FILES + 1
    assert all(moment % HOUR_MS == 0 and moment > began - HOUR_MS for moment in moments)


@pytest.mark.usefixtures("small")
def test_after_the_hourly_look_the_log_is_opened_without_an_entry_for_each_batch(
    tmp_path: Path,
) -> None:
    tend(tmp_path)
    for entry in (lake.path("touchpoints") / "_delta_log").glob("*.json"):
        entry.rename(entry.with_suffix(".away"))
    assert len(lake.files("touchpoints")) == 2


@pytest.mark.usefixtures("small")
def test_what_was_joined_is_still_known(send: Send, tmp_path: Path) -> None:
    tend(tmp_path)
    index = Index("touchpoints", "keys.community").manifest()
    assert index.files == {lake.below(file) for file in lake.files("touchpoints")}
    again = send(HEAD + "".join(row(at) for at in range(FILES)) + row(100, "01-30") + row(7_000))
    assert counts(again) == (FILES + 2, 1, FILES + 1, 0)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("step", ["_write", "_commit", "after"])
def test_a_worker_killed_while_it_joins_loses_and_doubles_nothing(
    step: str, send: Send, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed")

    rows = current(columns=COLUMNS)
    with monkeypatch.context() as dying:
        if step == "after":
            dying.setattr(Index, "replaced", die)
        else:
            dying.setattr(joining, step, die)
        with pytest.raises(RuntimeError, match="killed"):
            tend(tmp_path)
    assert current(columns=COLUMNS) == rows
    assert counts(send(HEAD + row(0) + row(500))) == (2, 1, 1, 0)
    tend(tmp_path)
    assert [line[0] for line in current()] == sorted([line[0] for line in rows] + ["t500"])
    assert counts(send(HEAD + row(500) + row(0))) == (2, 0, 2, 0)


@pytest.mark.usefixtures("small")
def test_a_batch_that_comes_in_while_files_are_joined_stays(
    send: Send, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one that is joined while a batch is judged is found where it then is."""
    commit: Callable[..., bool] = joining._commit

    def overtaken(*args: Any) -> bool:
        monkeypatch.setattr(joining, "_commit", commit)
        send(HEAD + row(500) + row(0))
        return commit(*args)

    monkeypatch.setattr(joining, "_commit", overtaken)
    tend(tmp_path)
    assert len(current()) == FILES + 2
    assert counts(send(HEAD + row(500) + row(0) + "\n")) == (2, 0, 2, 0)


@pytest.mark.usefixtures("small")
def test_a_file_joined_while_a_batch_is_judged_is_judged_again(
    send: Send, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = commits.commit

    def overtaken(*args: Any, **named: Any) -> bool:
        monkeypatch.setattr(commits, "commit", commit)
        assert tend(tmp_path) == FILES
        return commit(*args, **named)

    monkeypatch.setattr(commits, "commit", overtaken)
    assert counts(send(HEAD + row(0) + row(500))) == (2, 1, 1, 0)
    assert len(current()) == FILES + 2


@pytest.mark.usefixtures("small")
def test_an_index_that_was_lost_is_built_anew(send: Send, tmp_path: Path) -> None:
    index = Index("touchpoints", "keys.community")
    for file in index.folder.iterdir():
        file.unlink()
    tend(tmp_path)
    assert index.manifest().files == {lake.below(file) for file in lake.files("touchpoints")}
    assert sum(index.manifest().sheets.values()) == FILES + 1


@pytest.mark.usefixtures("small")
def test_the_hourly_look_asks_once() -> None:
    tasks.tend_lake()
    tasks.tend_lake()
    asked = Job.objects.get(kind=tasks.TEND)
    assert run_now(asked).state == JobState.DONE
    assert len(lake.files("touchpoints")) == 2


def test_a_batch_is_told_by_the_one_entry_of_its_commit(send: Send) -> None:
    """Also once the log begins later, and the row alone knows."""
    first, second = send(HEAD + ROW), send(HEAD + row(2))
    log = lake.path("touchpoints") / "_delta_log"
    lake.open_table("touchpoints").create_checkpoint()
    (log / f"{first.lake_version:020}.json").unlink()
    snapshot = lake.open_table("touchpoints")
    found = commits.committed(snapshot, second.pk)
    assert found is not None
    assert (found.version, found.note["accepted"]) == (second.lake_version, 1)
    with pytest.raises(LookupError):
        commits.committed(snapshot, first.pk)
    assert intake.is_in(first)


def test_the_log_is_shortened_to_the_days_that_are_kept(send: Send) -> None:
    send(HEAD + ROW)
    log = lake.path("touchpoints") / "_delta_log"
    for entry in log.iterdir():
        os.utime(entry, (0, 0))
    second = send(HEAD + row(2))
    lake.sweep()
    assert sorted(entry.name for entry in log.glob("*.json")) == [f"{second.lake_version:020}.json"]
    assert counts(send(HEAD + ROW + row(2))) == (2, 0, 2, 0)


def test_the_sum_of_the_log_names_no_batch_of_long_ago(
    send: Send, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows stay known: sent again they are duplicates. The twin is a table of before, which
    carries the batch along until the daily sweep has told it how long."""
    now, long_ago = time.time, timedelta(days=lake.KEPT_DAYS + 1).total_seconds()
    with monkeypatch.context() as before:
        before.setattr(lake, "KEPT", {})
        before.setattr(time, "time", lambda: now() - long_ago)
        send(HEAD + row(1))
    new = send(HEAD + row(2))
    assert tend(tmp_path / "work") == 0
    assert len(_summed_up()) == 2
    lake.sweep()
    tend(tmp_path / "work")
    assert _summed_up() == {f"batch-{new.pk}"}
    assert counts(send(HEAD + row(1) + row(2) + row(3))) == (3, 1, 2, 0)


def _summed_up() -> set[str]:
    """The transactions that the newest sum of the log names."""
    log = lake.path("touchpoints") / "_delta_log"
    newest = max(log.glob("*.checkpoint.parquet"))
    named = pq.read_table(newest, columns=["txn"]).column("txn").to_pylist()
    return {one["appId"] for one in named if one}
