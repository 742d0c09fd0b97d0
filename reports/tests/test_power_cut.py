"""What the lake says is there is there after the power was cut, too: files are on the disk before a
version names them, and the version before anybody is told of it."""

import os
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from reports.events.contract import TOUCHPOINTS
from reports.events.stamp import schema
from reports.lake import commits, storage
from reports.lake import tables as lake

PART = "day=2026-01-31/community.1.1-0.parquet"
FIRST = "_delta_log/00000000000000000000.json"
ENTRY = "_delta_log/00000000000000000001.json"
COMMIT = "the version is written"


def steps(folder: Path) -> list[str]:
    """Commit a batch: what of the table the disk was waited for, and when the version came."""
    from deltalake import DeltaTable

    found: list[str] = []
    fsync, write = os.fsync, DeltaTable.create_write_transaction
    snapshot, table = lake.open_table("touchpoints"), lake.path("touchpoints")
    draft = folder / "part"
    pq.write_table(schema(TOUCHPOINTS).empty_table(), draft)

    def waited(file: int) -> None:
        found.append(os.path.relpath(os.readlink(f"/proc/self/fd/{file}"), table))
        fsync(file)

    def written(*args: Any, **kwargs: Any) -> None:
        found.append(COMMIT)
        write(*args, **kwargs)

    parts = {PART: (draft, 0)}
    with pytest.MonkeyPatch.context() as watched:
        watched.setattr(os, "fsync", waited)
        watched.setattr(DeltaTable, "create_write_transaction", written)
        assert commits.commit(snapshot, "touchpoints", batch_id=1, parts=parts, note={})
    return found


def is_safe(steps: list[str]) -> bool:
    at = steps.index(COMMIT)
    before, after = set(steps[:at]), set(steps[at:])
    return before >= {PART, str(Path(PART).parent), "."} and after >= {FIRST, ENTRY, "_delta_log"}


def test_the_disk_has_the_files_before_and_the_entry_after_a_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_safe(steps(tmp_path))
    shutil.rmtree(storage.folder())
    monkeypatch.setattr(storage, "_on_the_disk", lambda _path: None)
    assert not is_safe(steps(tmp_path))


def test_an_entry_that_was_cleared_away_is_not_waited_for() -> None:
    lake.open_table("touchpoints")
    storage.of_lake().hold("touchpoints/_delta_log/00000000000000000009.json")
    with pytest.raises(FileNotFoundError):
        storage.of_lake().keep(f"touchpoints/{PART}")
