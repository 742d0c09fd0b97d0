"""How a version of the lake comes to be, once and whole or not at all, and what its entry of the
log says. ADR 0022."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from reports.lake import storage
from reports.lake import tables as lake


@dataclass(frozen=True)
class Commit:
    """A batch in the lake: the version that first holds it, the business days of its rows, and
    what was written down with it.
    """

    version: int
    days: set[date]
    note: dict[str, Any]


def stem(source: str, *, batch_id: int, fence: int) -> str:
    """How the files of one attempt at a batch begin; no other attempt writes the same names."""
    return f"{source}.{batch_id}.{fence}"


def committed(snapshot: Any, batch_id: int) -> Commit | None:
    """How the batch came in, if it has."""
    name = f"batch-{batch_id}"
    came_in = snapshot.transaction_version(name)
    if came_in is None:
        return None
    for version, said in _commits(snapshot, came_in):
        if name in said:
            note = json.loads(said[name])
            days = {date.fromisoformat(day) for day in note.pop("days")}
            return Commit(version, days, note)
    raise LookupError(f"The log of {snapshot.table_uri} no longer tells how {name} came in.")


def commit(
    snapshot: Any,
    table: str,
    *,
    batch_id: int,
    parts: dict[str, tuple[Path, int]],
    note: dict[str, Any],
) -> bool:
    """Add a batch as the version right after `snapshot`; False when another commit came first.

    `parts` gives, for each path below the table, the file to put there and its rows. So a batch
    that `snapshot` does not hold is committed once at most, whatever other workers do.
    """
    from deltalake import CommitProperties, Transaction

    actions = []
    for part, (file, rows) in parts.items():
        place(file, lake.path(table) / part)
        actions.append(added(table, part, rows, is_change=True))
    # The library does not refuse a transaction that the log has already. A batch comes in once
    # because `committed` has looked at `snapshot`, and without retries the commit is the very next
    # version or fails. ADR 0022.
    name = f"batch-{batch_id}"
    days = sorted({str(lake.day_of(part)) for part in parts})
    properties = CommitProperties(
        custom_metadata={name: json.dumps({**note, "days": days})},
        max_commit_retries=0,
        # The number tells where what was written down with the commit stands in the log.
        app_transactions=[Transaction(name, snapshot.version() + 1, _hour_ms())],
    )
    return write_version(snapshot, table, actions, properties)


def _hour_ms() -> int:
    """By when an entry was written, which says when the log need not name its batch any more: to
    the hour. Every batch reads this of all others, and a column of few moments takes no room."""
    return (int(time.time()) // 3600 + 1) * 3_600_000


def added(table: str, part: str, rows: int, *, is_change: bool) -> Any:
    """The action that names a file, which is there already; whether its rows are new."""
    from deltalake.transaction import AddAction

    stat = os.stat(lake.path(table) / part)
    # No bounds of columns: readers choose files by their names, which tell source and day.
    stats = json.dumps({"numRecords": rows})
    day = {"day": str(lake.day_of(part))}
    return AddAction(part, stat.st_size, day, int(stat.st_mtime) * 1000, is_change, stats)


def write_version(snapshot: Any, table: str, actions: list[Any], properties: Any = None) -> bool:
    """Make the actions the version right after `snapshot`; False when another one came first.

    Once it has returned True the version stays, also when the power is cut.
    """
    from deltalake import CommitProperties
    from deltalake.exceptions import CommitFailedError

    if properties is None:
        properties = CommitProperties(max_commit_retries=0)
    before = snapshot.version()
    try:
        snapshot.create_write_transaction(
            actions, "append", lake.columns_of(table), ["day"], commit_properties=properties
        )
    except CommitFailedError:
        return False
    # Whoever wrote the entry before may have been killed before the disk had it.
    for version in (before, before + 1):
        storage.of_lake().hold(f"{table}/_delta_log/{version:020}.json")
    return True


def place(file: Path, target: Path) -> None:
    """Have `file` in the lake, too, instead of what a commit that came second left there.

    The part stays in its folder: such a batch is judged again, and reads it once more.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    # Nobody reads the file before a commit names it, so a copy that takes its time is safe, too.
    try:
        target.hardlink_to(file)
    except OSError:
        shutil.copyfile(file, target)
    storage.of_lake().keep(str(target.relative_to(storage.folder())))


def _commits(snapshot: Any, first: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """What was written down with each commit: first with this one, then from the newest on, as far
    as the log is kept: batches of old lakes do not say which commit is theirs.

    The library's own history is empty where the folder has # or ? in its path.
    """
    store, log = storage.of_lake(), f"{lake.table_of(snapshot)}/_delta_log"
    for version in (first, *range(snapshot.version(), -1, -1)):
        entry = store.read(f"{log}/{version:020}.json")
        if entry is None:
            if version == first:
                continue
            return
        for action in map(json.loads, entry.splitlines()):
            if "commitInfo" in action:
                yield version, action["commitInfo"]
