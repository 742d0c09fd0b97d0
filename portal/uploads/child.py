"""The disposable process that opens a stranger's file: `python -m portal.uploads.child [SIDE]`.

It reads the file from standard input and writes to standard output a line, which names the kind
or the fault, and behind it the content to be kept. With a side it takes pictures alone. Its memory
and its time are capped, it has no database and no settings, and can write no file.
"""

import sys

from portal.confined import confine
from portal.uploads.faults import BadUpload, Fault
from portal.uploads.kinds import Kind

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 10
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


def opened(content: bytes, most_side: int | None = None) -> tuple[Kind, bytes]:
    """The kind of the file and what is kept of it: of a picture no more than `most_side` pixels
    a side, where that is said. Raises BadUpload."""
    if most_side is not None and not content.startswith(_PICTURES):
        raise BadUpload(Fault.NO_PICTURE)
    if content.startswith(b"%PDF-"):
        from portal.uploads import pdfs

        pdfs.check(content)
        return Kind.PDF, content
    if content.startswith(_PICTURES):
        from portal.uploads import pictures

        return pictures.rewritten(content, most_side)
    raise BadUpload(Fault.UNKNOWN)


def main() -> None:
    confine(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS, writes=False)
    word: Kind | Fault
    try:
        word, kept = opened(sys.stdin.buffer.read(), *map(int, sys.argv[1:2]))
    except BadUpload as bad:
        word, kept = bad.fault, b""
    except MemoryError:
        word, kept = Fault.TOO_MUCH_WORK, b""
    sys.stdout.buffer.write(f"{word}\n".encode() + kept)


if __name__ == "__main__":
    main()
