"""A file is read at the door, in a process of its own, before a row or a folder hears of it."""

import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from django.core.files import File

from portal.refusals import Refusal
from portal.uploads.faults import MOST_BYTES, SENTENCES, BadUpload, Fault
from portal.uploads.kinds import Kind, shown_name

log = logging.getLogger(__name__)

MOST_SECONDS = 20
# So many files are read at once for one web process; its other threads answer pages meanwhile.
MOST_AT_ONCE = 2
PATIENCE_SECONDS = 5
_turns = threading.BoundedSemaphore(MOST_AT_ONCE)


class UploadRefused(Refusal):
    """The file is none that we take, for its `fault`."""

    def __init__(self, fault: Fault, *, field: str) -> None:
        super().__init__(str(SENTENCES[fault]), field=field)
        self.fault = fault


@dataclass(frozen=True)
class Upload:
    """A file that was opened. `name` is what its owner calls it: text for a page, no more."""

    kind: Kind
    content: bytes
    name: str

    def file(self) -> "File[bytes]":
        """The content to be stored, under a name that tells its kind alone."""
        return File(BytesIO(self.content), name=f"file{self.kind}")


def read(file: "File[bytes]", *, field: str) -> Upload:
    """Open the file for real: a PDF as it is, a picture written anew without what is not seen.

    Raises UploadRefused at the form's `field` for anything else, and for a file that takes too
    much time, memory or place.
    """
    return _read(file, None, field=field)


def read_picture(file: "File[bytes]", *, most_side: int, field: str) -> Upload:
    """The same for a picture that pages show: with at most `most_side` pixels a side; a PDF is
    refused."""
    return _read(file, most_side, field=field)


def _read(file: "File[bytes]", most_side: int | None, *, field: str) -> Upload:
    try:
        if not file.size:
            raise BadUpload(Fault.EMPTY)
        if file.size > MOST_BYTES:
            raise BadUpload(Fault.TOO_LARGE)
        file.seek(0)
        kind, content = _in_a_child(file.read(), most_side)
    except BadUpload as bad:
        raise UploadRefused(bad.fault, field=field) from bad
    return Upload(kind, content, shown_name(str(file.name)))


def _in_a_child(content: bytes, most_side: int | None) -> tuple[Kind, bytes]:
    if not _turns.acquire(timeout=PATIENCE_SECONDS):
        raise BadUpload(Fault.BUSY)
    side = [] if most_side is None else [str(most_side)]
    try:
        child = subprocess.run(
            [sys.executable, "-m", "portal.uploads.child", *side],
            input=content,
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
            cwd="/",
            env={
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": str(settings.BASE_DIR),
                "LANG": "C.UTF-8",
            },
        )
    except subprocess.TimeoutExpired as error:
        raise BadUpload(Fault.TOO_MUCH_WORK) from error
    finally:
        _turns.release()
    said, _line, kept = child.stdout.partition(b"\n")
    word = said.decode("ascii", "replace")
    if word in set(Kind):
        return Kind(word), kept
    if word in set(Fault):
        raise BadUpload(Fault(word))
    # Killed by its limits, or broken by the file: either way the file is not taken.
    log.warning("A file that was handed in ended its reader: exit %s.", child.returncode)
    raise BadUpload(Fault.TOO_MUCH_WORK if child.returncode < 0 else Fault.DAMAGED)
