"""Repeated clicks: which click of a reader on a listing follows another one of his too soon.

A double press, a reload or an impatient second press is one wish to buy. A click repeats the one
before it, whatever that was itself, when at most `WITHIN` lies between the two; so a row of quick
presses is one click and repeated ones. What all processes of this machine have seen lately stands
in small files in `VAR_DIR/clicks/recent/`, a reader and listing always in the same one.
"""

import fcntl
import hashlib
import json
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from merchants.links import spool

WITHIN = timedelta(seconds=10)

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def earlier(*, reader: str, listing_id: int, click_id: str, at: datetime) -> str | None:
    """Note the click; when it repeats another one, the id of the click that was counted.

    Clicks may come here in another order than they were made. Raises OSError when the disk does
    not take it.
    """
    # The reader's id is kept by nobody longer than needed, and here not even for ten seconds.
    key = hashlib.blake2b(f"{listing_id} {reader}".encode(), digest_size=16).hexdigest()
    file = os.open(_folder() / key[:2], os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        moment = (at - _EPOCH) // _MICROSECOND
        seen = _near(file, moment)
        when, counted = seen.get(key, (moment, None))
        seen[key] = (max(when, moment), counted or click_id)
        os.ftruncate(file, 0)
        os.pwrite(file, json.dumps(seen).encode(), 0)
        return counted
    finally:
        os.close(file)


def _near(file: int, moment: int) -> dict[str, tuple[int, str | None]]:
    """What the file knows of the time around `moment`; nothing when it was cut short."""
    with suppress(ValueError):
        seen = json.loads(os.pread(file, os.fstat(file).st_size, 0))
        near = WITHIN // _MICROSECOND
        return {key: (at, click) for key, (at, click) in seen.items() if abs(at - moment) <= near}
    return {}


def _folder() -> Path:
    folder = spool.folder() / "recent"
    folder.mkdir(exist_ok=True)
    return folder
