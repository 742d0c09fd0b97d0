"""The clicks' spool: files on the local disk that wait to be taken in as source `links`.

A click is written down before the reader is sent on, whether or not PostgreSQL can take writes.
The folder is `VAR_DIR/clicks/`:

- `<process>.open`: what one process is writing; each click is one JSON line, synced to disk
  before its reader is sent on, by one sync for all who wait.
- `<nanoseconds>-<process>.jsonl`: full or closed by `rotate`, never written again.

A line has the columns of a touchpoint file: `event_id`, `occurred_at` (ISO 8601, UTC), `user_id`,
`note_id`, `kind` (click, repeated_click, machine_click), `listing_id`, `placement`. A line cut
short by a power failure stays on a line of its own, and what a disk has made of it (zeros, other
bytes) is no line: it ends in quarantine, and the clicks around it are taken in. Whoever takes a
file in deletes it afterwards.
"""

import errno
import fcntl
import json
import os
import threading
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
    _own.record(json.dumps(click, ensure_ascii=False).encode() + b"\n")


class _OpenFile:
    """A file that this process writes; it is closed when the last thread is done with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = open(path, "ab+", buffering=0, opener=_opened)  # noqa: SIM115
        self._syncing = threading.Lock()
        self._written = self._synced = 0
        self._lost = range(0)
        # A power failure may have cut the last line: it and the next must not become one.
        size = os.fstat(self._file.fileno()).st_size
        self._is_cut = bool(size) and os.pread(self._file.fileno(), 1, size - 1) != b"\n"

    def append(self, line: bytes) -> int | None:
        """Write it, and close the file where it is full; its number, for `sync`. None when `rotate`
        has renamed the file."""
        file = self._file.fileno()
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            if not _is_at(self.path, file):
                return None
            is_full = os.fstat(file).st_size > MAX_BYTES
            whole = b"\n" + line if self._is_cut else line
            self._is_cut = True
            if self._file.write(whole) != len(whole):
                raise OSError(errno.ENOSPC, "The disk took a part of a click.")
            self._is_cut = False
            if is_full:
                _close(self.path)
            self._written += 1
            return self._written
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)

    def sync(self, number: int) -> None:
        """Return when the line is on the disk: a thread syncs for all who have written by then."""
        with self._syncing:
            if self._synced < number:
                synced, self._synced = self._synced, self._written
                try:
                    os.fsync(self._file.fileno())
                except OSError:
                    # Asked again the system forgets its fault: nobody else may think it went well.
                    self._lost = range(self._lost.start or synced + 1, self._synced + 1)
            if number in self._lost:
                raise OSError(errno.EIO, "A click is not on the disk.")


class _Own:
    """The file of this process, which is opened once."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._file: _OpenFile | None = None

    def record(self, line: bytes) -> None:
        path = settings.VAR_DIR / "clicks" / f"{os.getpid()}.open"
        with self._turn:
            file = self._file if self._file and self._file.path == path else None
            while file is None or (number := file.append(line)) is None:
                folder()
                file = self._file = _OpenFile(path)
        file.sync(number)


_own = _Own()


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


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def _locked(path: Path) -> Iterator[tuple[Path, int]]:
    """The file at `path` open for appending, ours alone until the block ends.

    While we waited for the lock `rotate` may have renamed the file: then the name is taken anew.
    """
    while True:
        file = os.open(path, os.O_RDWR | os.O_APPEND)
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
