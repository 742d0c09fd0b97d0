"""The disposable process that works on a hostile file: `python -m reports.events.child`.

Whatever a file can make grow happens here: unpacking, reading, writing parts, comparing them with
what is there. It gets one task a line in JSON on standard input, first the reading, then any
number of questions: on which days the lake knows its keys, and how it compares with the lake's
files of these. It says how far it is in lines of JSON on standard
output, and answers each task with a line that says `done`, `refused` or `broke`. Its memory and its
CPU time are capped, it has no database and no settings.
"""

import json
import shutil
import sys
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.confined import confine
from reports.events.declared import Declared

ADDRESS_SPACE_BYTES = 3 << 30
# Beside these seconds a file has one more for each of its megabytes, as it was sent.
CPU_SECONDS = 30
# Parts that are written again stand below this folder, under their names.
MERGED = "merged"
# The sheets of what was read (`reports.events.naming`) stand below this one.
SHEETS = "sheets"


@dataclass(frozen=True)
class Task:
    """What to read, and where to leave the parts (`day=.../`) and `quarantine.parquet`.

    It travels as JSON: `Task.read` makes it again of what `asdict` made of it. `declared` is what
    the source says about its values, `produced_at` when the file was made. `click_key` signs click
    ids, and `is_links` says that the file holds our own links' clicks. A file that its sender calls
    whole `may_be_empty`: it says that there was nothing.
    """

    path: str
    folder: str
    stem: str
    contract: str
    source: str
    batch_id: int
    now: str
    key: str
    stores: list[str] | None
    declared: Declared = field(default_factory=Declared)
    produced_at: str | None = None
    click_key: str = ""
    is_links: bool = False
    may_be_empty: bool = False

    @classmethod
    def read(cls, line: str) -> "Task":
        said = json.loads(line)
        return cls(**{**said, "declared": Declared(**said["declared"])})


def read(task: Task) -> dict[str, Any]:
    """Read the file into parts. Raises BadFile."""
    from reports.events import privacy
    from reports.events.contract import CONTRACTS
    from reports.events.parts import DayParts
    from reports.events.quarantine import Quarantine
    from reports.events.reader import Reading
    from reports.events.rules import Rules

    stores = None if task.stores is None else frozenset(task.stores)
    users = privacy.keyed(bytes.fromhex(task.key))
    contract = CONTRACTS[task.contract]
    rules = Rules(
        contract,
        users,
        datetime.fromisoformat(task.now),
        stores,
        declared=task.declared,
    )
    folder = Path(task.folder)
    parts = DayParts(folder, task.stem, dated_by=contract.dated_by)
    quarantine = Quarantine(folder)
    reading = Reading(Path(task.path), rules, may_be_empty=task.may_be_empty)
    rows, value_fen = 0, 0
    for checked in reading:
        quarantine.add(checked.rejected)
        parts.add(_stamped(task, checked.accepted))
        rows += len(checked.accepted) + len(checked.rejected)
        value_fen += checked.value_fen()
        say(rows=rows)
    return {
        "parts": parts.close(),
        "sent": rows,
        "value_fen": value_fen,
        "quarantined": quarantine.close(),
        "unknown": reading.unknown,
    }


def _stamped(task: Task, accepted: Any) -> Any:
    """Accepted rows as the lake keeps them."""
    from reports.events.contract import TOUCHPOINTS
    from reports.events.own_clicks import marks
    from reports.events.stamp import stamped

    key = bytes.fromhex(task.click_key)
    is_touch = task.contract == TOUCHPOINTS.name
    return stamped(
        accepted,
        source=task.source,
        batch_id=task.batch_id,
        produced_at=datetime.fromisoformat(task.produced_at) if task.produced_at else None,
        signed=marks(accepted, key=key, is_ours=task.is_links) if is_touch else None,
    )


@dataclass(frozen=True)
class Before:
    """What the lake holds of the source: the `indexed` files, of whose keys the `sheets` tell, and
    `others`.
    """

    sheets: list[str]
    indexed: list[str]
    others: list[str]

    @property
    def files(self) -> list[str]:
        return sorted([*self.indexed, *self.others])

    def of(self, days: set[str]) -> list[str]:
        """What has to be read where the sheets find keys on these days alone."""
        return [*self.others, *(file for file in self.indexed if _day(file) in days)]


def compare(task: Task, parts: dict[str, int], before: list[str]) -> dict[str, Any]:
    """Compare what was read with the lake's files; see merge. Again after a commit of others."""
    from reports.events.contract import CONTRACTS
    from reports.events.merge import merge

    folder = Path(task.folder)
    out = folder / MERGED
    shutil.rmtree(out, ignore_errors=True)
    merged = merge(CONTRACTS[task.contract], folder=folder, parts=parts, before=before, out=out)
    return asdict(merged)


def days_of_keys(task: Task, parts: dict[str, int], sheets_before: list[str]) -> set[str]:
    """The days of which these sheets say that they have keys of what was read."""
    from reports.events import naming, sheets
    from reports.events.contract import CONTRACTS
    from reports.events.merge import MEMORY

    folder = Path(task.folder)
    own = folder / SHEETS
    if not own.exists():
        files = [folder / part for part in parts]
        naming.gather(CONTRACTS[task.contract], files, folder=own, memory=MEMORY)
    keys = own / f"{naming.KEYS}.sheet"
    return {str(day) for day in sheets.common_days(map(Path, sheets_before), keys)}


def _day(file: str) -> str:
    return Path(file).parent.name.removeprefix("day=")


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def work() -> None:
    """Do the tasks that come; the process ends with its input."""
    task = Task.read(sys.stdin.readline())
    done = read(task)
    say(done=done)
    for line in sys.stdin:
        asked = json.loads(line)
        if "sheets" in asked:
            say(done={"days": sorted(days_of_keys(task, done["parts"], asked["sheets"]))})
        else:
            say(done=compare(task, done["parts"], asked["before"]))


def asks_too_much(error: Exception) -> bool:
    """Whether DuckDB had too little memory for the file, and not the disk too little room."""
    from reports.events.queries import SPILL_LIMIT

    return "out of memory" in str(error).lower() and SPILL_LIMIT not in str(error)


def main() -> None:
    confine(memory_bytes=ADDRESS_SPACE_BYTES, cpu_seconds=int(sys.argv[1]))
    import pyarrow as pa

    from reports.events.contract import BadFile, Fault

    try:
        work()
    except BadFile as bad:
        say(refused=bad.fault, details=bad.details)
    except (MemoryError, pa.ArrowMemoryError):
        say(refused=Fault.TOO_MUCH_MEMORY, details={})
    except Exception as error:
        # Whether it is the file's fault or the disk's is asked where jobs are.
        if asks_too_much(error):
            say(refused=Fault.TOO_MUCH_MEMORY, details={})
        else:
            say(broke=str(error), errno=getattr(error, "errno", None))
            raise


if __name__ == "__main__":
    main()
