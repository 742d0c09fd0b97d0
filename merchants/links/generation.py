"""A mark on this machine's disk that is another one after each commit links depend on. ADR 0195.

Web processes look at it before each click, which costs less than a microsecond, and ask the
database for what is new only when it differs. A commit of another machine, or of a process that is
killed before it leaves the mark, is heard of within the second as always.
"""

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from portal.accounts.audit import acted

logger = logging.getLogger(__name__)

_BYTES = 8
# The rows whose triggers write the log.
WATCHED = (
    "Listing", "Product", "Merchant", "Store", "OpeningApplication", "Programme", "Opening",
    "Category",
)  # fmt: skip


def raise_() -> None:
    """Leave another mark. Call it after the commit: who reads the log earlier finds nothing."""
    try:
        file = os.open(_place(), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            # Any other value does, so writers need not agree on the next number.
            os.pwrite(file, os.urandom(_BYTES), 0)
        finally:
            os.close(file)
    except OSError:
        logger.exception("Links hear of a change a second later: its mark could not be left.")


def current() -> bytes:
    """The mark as it is now; nothing where there is none, or it cannot be read."""
    with suppress(OSError):
        return os.pread(_kept.file_of(str(settings.VAR_DIR)), _BYTES, 0)
    return b""


def announce() -> None:
    """Leave a mark after each commit that changes one of these rows, or in which a verb of this
    app acted: it may have written rows by the statement, of which nobody is told."""
    for name in WATCHED:
        model = apps.get_model("merchants", name)
        post_save.connect(_on_write, sender=model, dispatch_uid=f"links.saved.{name}")
        post_delete.connect(_on_write, sender=model, dispatch_uid=f"links.deleted.{name}")
    acted.connect(_on_act, dispatch_uid="links.acted")


def _on_write(**_said: Any) -> None:
    # Whatever becomes of it, the commit stands and others are told.
    transaction.on_commit(raise_, robust=True)


def _on_act(sender: Any, **_said: Any) -> None:
    if sender._meta.app_label == "merchants":
        _on_write()


def look_whether_it_is_there() -> None:
    """Read another file from now on where another one was put at its place."""
    _kept.check()


def _place() -> Path:
    folder: Path = settings.VAR_DIR / "links"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "generation"


class _Kept:
    """The file, open. A read, not a map: a map of a file that somebody cuts short ends the process
    that looks at it."""

    def __init__(self) -> None:
        self._file, self._under = -1, ""

    def file_of(self, folder: str) -> int:
        if self._under != folder:
            # One that was open stays so: another thread may be about to read it.
            self._file = os.open(_place(), os.O_RDONLY | os.O_CREAT, 0o600)
            self._under = folder
        return self._file

    def check(self) -> None:
        with suppress(OSError):
            if self._under and os.path.samestat(os.fstat(self._file), _place().stat()):
                return
        self._under = ""


_kept = _Kept()
