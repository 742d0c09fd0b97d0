"""Read what is inside a gzip file, of as many members as it has and with the zeros it ends in.

Arrow's reader takes the zeros for a damaged member: copied in blocks of a disk or a tape, a file is
filled up with them, and every tool passes over them.
"""

import zlib
from pathlib import Path

_CHUNK_BYTES = 1 << 16
# A window of any size, and the head and the checksum of gzip around it.
_AS_GZIP = zlib.MAX_WBITS | 16


class Gzip:
    """The bytes inside the gzip file at `path`, unpacked as they are read."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._member = zlib.decompressobj(_AS_GZIP)
        self._packed = b""

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end only. Raises OSError when damaged or cut off."""
        pieces, missing = [], size
        while missing and (piece := self._piece(missing)):
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def _piece(self, most: int) -> bytes:
        """Some of the next bytes, at most `most`; none at the end."""
        while True:
            packed = self._packed or self._file.read(_CHUNK_BYTES)
            if self._member.eof:
                if not packed:
                    return b""
                self._packed = packed = packed.lstrip(b"\0")
                if not packed:
                    continue
                self._member = zlib.decompressobj(_AS_GZIP)
            try:
                piece = self._member.decompress(packed, most)
            except zlib.error as error:
                raise OSError(str(error)) from error
            self._packed = self._member.unused_data or self._member.unconsumed_tail
            if piece:
                return piece
            if not packed and not self._member.eof:
                raise OSError("The gzip file is cut off.")
