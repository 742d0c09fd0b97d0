"""The disposable process that opens a stranger's file: `python -m portal.uploads.child`.

It reads the file from standard input and writes to standard output a line, which names the kind
or the fault, and behind it the content to be kept. Its memory and its time are capped, it has no
database and no settings, and can write no file.
"""

import sys

from portal.confined import confine
from portal.uploads.faults import BadUpload, Fault
from portal.uploads.kinds import Kind

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 10
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


def opened(content: bytes) -> tuple[Kind, bytes]:
    """The kind of the file and what is kept of it. Raises BadUpload."""
    if content.startswith(b"%PDF-"):
        from portal.uploads import pdfs

        pdfs.check(content)
        return Kind.PDF, content
    if content.startswith(_PICTURES):
        from portal.uploads import pictures

        return pictures.rewritten(content)
    raise BadUpload(Fault.UNKNOWN)


def main() -> None:
    confine(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS, writes=False)
    word: Kind | Fault
    try:
        word, kept = opened(sys.stdin.buffer.read())
    except BadUpload as bad:
        word, kept = bad.fault, b""
    except MemoryError:
        word, kept = Fault.TOO_MUCH_WORK, b""
    sys.stdout.buffer.write(f"{word}\n".encode() + kept)


if __name__ == "__main__":
    main()
