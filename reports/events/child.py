"""The disposable process that reads a hostile file: `python -m reports.events.child`.

It gets its task as one line of JSON on standard input, says how far it is in lines of JSON on
standard output, and ends with a line that says `done` or `refused`. Its memory is capped, it has
no database and no settings.
"""

import json
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.confined import confine

ADDRESS_SPACE_BYTES = 3 << 30


@dataclass(frozen=True)
class Task:
    """What to read, and where to leave the parts (`day=.../`) and `quarantine.parquet`."""

    path: str
    folder: str
    stem: str
    contract: str
    source: str
    batch_id: int
    now: str
    key: str
    stores: list[str] | None


def read(task: Task) -> dict[str, Any]:
    """Read the file into parts. Raises BadFile."""
    from reports.events import privacy
    from reports.events.contract import CONTRACTS
    from reports.events.parts import DayParts
    from reports.events.quarantine import Quarantine
    from reports.events.reader import Reading
    from reports.events.rules import Rules
    from reports.events.stamp import stamped

    stores = None if task.stores is None else frozenset(task.stores)
    users = privacy.keyed(bytes.fromhex(task.key))
    rules = Rules(CONTRACTS[task.contract], users, datetime.fromisoformat(task.now), stores)
    folder = Path(task.folder)
    parts, quarantine = DayParts(folder, task.stem), Quarantine(folder)
    reading = Reading(Path(task.path), rules)
    rows = 0
    for checked in reading:
        quarantine.add(checked.rejected)
        parts.add(stamped(checked.accepted, source=task.source, batch_id=task.batch_id))
        rows += len(checked.accepted) + len(checked.rejected)
        say(rows=rows)
    return {
        "parts": parts.close(),
        "sent": rows,
        "quarantined": quarantine.close(),
        "unknown": reading.unknown,
    }


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    confine(memory_bytes=ADDRESS_SPACE_BYTES)
    import pyarrow as pa

    from reports.events.contract import BadFile, Fault

    try:
        say(done=read(Task(**json.loads(sys.stdin.readline()))))
    except BadFile as bad:
        say(refused=bad.fault, details=bad.details)
    except (MemoryError, pa.ArrowMemoryError):
        say(refused=Fault.TOO_MUCH_MEMORY, details={})


if __name__ == "__main__":
    main()
