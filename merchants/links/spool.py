"""The clicks' spool: files on the local disk that wait to be taken in as source `links`.

A click is written down before the reader is sent on, whether or not PostgreSQL can take writes.
The folder is `VAR_DIR/clicks/`:

- `<process>.open`: what one process is writing; each click is one JSON line, synced to disk.
- `<nanoseconds>-<process>.jsonl`: full or closed by `rotate`, never written again.

A line has the columns of a touchpoint file: `event_id`, `occurred_at` (ISO 8601, UTC), `user_id`,
`note_id`, `kind` (click, repeated_click, machine_click), `listing_id`, `placement`. A line cut
short by a power failure stays on a line of its own, and what a disk has made of it (zeros, other
bytes) is no line: it ends in quarantine, and the clicks around it are taken in. Whoever takes a
file in deletes it afterwards.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

MAX_BYTES = 8 * 1024 * 1024
# Far more than a click takes.
_MOST_BYTES_OF_A_LINE = 1 << 16
# Stands for a line of which nobody knows what it was.
_LOST = b"{"


def record(click: Mapping[str, str]) -> None:
    """Append one click, the columns of its line. Raises OSError when the disk does not take it."""
    line = json.dumps(click, ensure_ascii=False)
    with _locked(folder() / f"{os.getpid()}.open", os.O_CREAT) as (path, file):
        size = os.fstat(file).st_size
        cut_short = size and os.pread(file, 1, size - 1) != b"\n"
        # A power failure may have cut the line before this one: they must not become one line.
        os.write(file, f"{chr(10) if cut_short else ''}{line}\n".encode())
        os.fsync(file)
        if size > MAX_BYTES:
            _close(path)


def rotate() -> list[Path]:
    """Close what all processes have written so far; every closed file, oldest first."""
    # A process may close its file before we open it, and the name is gone. Opened without O_CREAT,
    # it does not come back as an empty file.
    for path in filter(Path.is_file, folder().glob("*.open")):
        with suppress(FileNotFoundError), _locked(path) as (path, file):
            if os.fstat(file).st_size:
                _close(path)
    return sorted(filter(Path.is_file, folder().glob("*.jsonl")))


def waiting_bytes() -> int:
    """How much waits to be taken in, closed or not."""
    sizes = 0
    for path in folder().iterdir():
        with suppress(FileNotFoundError):
            sizes += path.stat().st_size if path.suffix in (".open", ".jsonl") else 0
    return sizes


def lines(path: Path) -> Iterator[bytes]:
    """The lines of a closed file, each with its end; of a file without any, nothing.

    They can all be read as lines of text that begin an object, so that one that was damaged costs
    itself and none of the others.
    """
    with path.open("rb") as file:
        for line in file:
            if bare := line.strip(b"\r\n"):
                yield (bare if _is_one(bare) else _LOST) + b"\n"


def _is_one(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return line.startswith(b"{") and len(line) <= _MOST_BYTES_OF_A_LINE


def folder() -> Path:
    """Where clicks wait, made on the first call."""
    place: Path = settings.VAR_DIR / "clicks"
    place.mkdir(parents=True, exist_ok=True)
    return place


@contextmanager
def _locked(path: Path, flags: int = 0) -> Iterator[tuple[Path, int]]:
    """The file at `path` open for appending, ours alone until the block ends.

    While we waited for the lock `rotate` may have renamed the file: then the name is taken anew.
    """
    while True:
        file = os.open(path, os.O_RDWR | os.O_APPEND | flags, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_at(path, file):
                yield path, file
                return
        finally:
            os.close(file)


def _is_at(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _close(path: Path) -> None:
    path.rename(path.with_name(f"{time.time_ns()}-{path.stem}.jsonl"))
