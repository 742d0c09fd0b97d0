"""Open a file by what it holds, not by its name, and unpack it within bounds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from reports.events.contract import BadFile, Fault
from reports.events.gzips import Gzip

BLOCK_BYTES = 16 << 20
MAX_LINE_BYTES = 1 << 20
# A packed file may grow this many times; honest event files grow about twenty times.
MAX_GROWTH = 200
FREE_GROWTH_BYTES = 256 << 20

_PACKERS = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    # A frame that tools write for themselves, before those of the file; all readers skip it.
    **{bytes([first]) + b"\x2a\x4d\x18": "zstd" for first in range(0x50, 0x60)},
}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Unpacked:
    """The bytes of a file, unpacked as they are read. `format` is csv, jsonl or parquet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.packer = _packer(path)
        self._stream = _opened(path, self.packer)
        self._given = 0
        self._start = self._pull(BLOCK_BYTES).removeprefix(_BYTE_ORDER_MARK)
        self.format = _format(self._start)

    def read(self, size: int = BLOCK_BYTES) -> bytes:
        """The next bytes, empty at the end. Raises BadFile when damaged or a bomb."""
        if self._start:
            start, self._start = self._start, b""
            return start
        return self._pull(size)

    def _pull(self, size: int) -> bytes:
        try:
            block = bytes(self._stream.read(size))
        except OSError as error:
            raise BadFile(Fault.DAMAGED) from error
        self._given += len(block)
        if self.packer and self._given > max(FREE_GROWTH_BYTES, MAX_GROWTH * self.size):
            raise BadFile(Fault.BOMB, times=MAX_GROWTH)
        return block

    def blocks(self) -> Iterator["Block"]:
        """The text in blocks of whole lines.

        Raises BadFile for a line longer than MAX_LINE_BYTES and for text that is not UTF-8.
        """
        line, rest = 1, b""
        while piece := self.read():
            data = rest + piece
            end = _last_whole_line(data)
            rest = data[end:]
            if end:
                block = Block(line, data[:end])
                yield block
                line += len(block)
            if len(rest) > MAX_LINE_BYTES:
                raise BadFile(Fault.LONG_LINE, line=line)
        if rest:
            yield Block(line, rest + b"\n")


class Block:
    """Whole lines of a text file; `first_line` counts from 1."""

    def __init__(self, first_line: int, data: bytes) -> None:
        self.first_line = first_line
        self.data = data
        self.ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
        self.starts = np.concatenate(([0], self.ends[:-1]))
        lengths = self.ends - self.starts
        if lengths.max() > MAX_LINE_BYTES:
            raise BadFile(Fault.LONG_LINE, line=first_line + int(lengths.argmax()))
        try:
            data.decode()
        except UnicodeDecodeError as error:
            line = first_line + data.count(b"\n", 0, error.start)
            raise BadFile(Fault.NOT_UTF8, line=line) from error

    def __len__(self) -> int:
        return len(self.ends)

    def line(self, index: int) -> str:
        """The text of a line without its end."""
        return self.data[self.starts[index] : self.ends[index]].decode().rstrip("\r\n")

    def blank(self) -> npt.NDArray[np.bool_]:
        """Which lines hold nothing; they are not records."""
        lengths = self.ends - self.starts
        bytes_ = np.frombuffer(self.data, np.uint8)
        returns = (lengths == 2) & (bytes_[self.starts] == ord("\r"))
        return np.asarray((lengths == 1) | returns, bool)

    def without_first_line(self) -> "Block | None":
        """The rest after the header; None when there is nothing."""
        if len(self) == 1:
            return None
        return Block(self.first_line + 1, self.data[self.ends[0] :])


def _opened(path: Path, packer: str | None) -> Any:
    """What reads the bytes inside the file."""
    if packer == "gzip":
        return Gzip(path)
    file = pa.OSFile(str(path), "rb")
    return pa.CompressedInputStream(file, packer) if packer else file


def _packer(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(4)
    if not head:
        raise BadFile(Fault.EMPTY)
    return next((name for magic, name in _PACKERS.items() if head.startswith(magic)), None)


def _format(start: bytes) -> str:
    if not start.strip():
        raise BadFile(Fault.EMPTY)
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK\x03\x04") or start.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadFile(Fault.SPREADSHEET)
    return "jsonl" if start.lstrip().startswith(b"{") else "csv"


def _last_whole_line(block: bytes) -> int:
    """Where to cut: after the last line end that is not inside quotes, if one is near the end."""
    end = block.rfind(b"\n") + 1
    if block.count(b'"', 0, end) % 2 == 0:
        return end
    cut, nearest = end, max(0, end - MAX_LINE_BYTES)
    quotes = 1
    while cut > nearest:
        before = block.rfind(b"\n", 0, cut - 1) + 1
        quotes += block.count(b'"', before, cut)
        if quotes % 2 == 0 and before > 0:
            return before
        cut = before
    return end
