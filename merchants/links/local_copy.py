"""A copy of all links on this machine's disk, for when PostgreSQL cannot be asked.

`VAR_DIR/links/copy.sqlite` has a row per listing with its facts, policy with what is signed for the
future, and how far the log of changes was read. A change is one transaction of SQLite, so whoever
reads sees the copy before or after it, in any process of this machine, also after a restart.

Whatever became of the file, readers are told at worst that there is no copy, and whoever keeps it
begins anew: it may be damaged, cut short, or written by another version of the portal.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from merchants.links.facts import Facts
from merchants.openings import policy
from merchants.openings.policy import Policy

_TABLES = (
    "CREATE TABLE IF NOT EXISTS link"
    " (code TEXT PRIMARY KEY, listing_id INTEGER UNIQUE, facts TEXT) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS said (name TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID",
)
_WAIT_SECONDS = 1.0
# What the copy holds is read by its places: one of another form is no copy.
FORM = f"{','.join(Facts._fields)}; {' '.join(policy.FORM)}"
# How what was written in another form, or is damaged, shows itself.
UNREADABLE = (ValueError, TypeError, LookupError)


class NoCopy(Exception):
    """There is no copy, or it does not know the link."""


@dataclass(frozen=True)
class Kept:
    """A link as the copy has it. `read_at` is when the database was read last, in seconds since
    1970: whatever had been committed by then is in the copy.
    """

    facts: Facts
    policy: Policy
    read_at: float


def find(code: str) -> Kept:
    """The link with this code. Raises NoCopy."""
    try:
        with closing(_open(writes=False)) as copy:
            row = copy.execute("SELECT facts FROM link WHERE code = ?", [code]).fetchone()
            said = dict(copy.execute("SELECT name, text FROM said"))
        if row is None or said.get("form") != FORM:
            raise NoCopy(code)
        return Kept(
            Facts(*json.loads(row[0])), policy.from_json(said["policy"]), float(said["read_at"])
        )
    except (OSError, sqlite3.Error, *UNREADABLE) as error:
        raise NoCopy(str(error)) from error


class Writing:
    """The copy inside one transaction."""

    def __init__(self, copy: sqlite3.Connection) -> None:
        self._copy = copy
        self.said: dict[str, str] = dict(copy.execute("SELECT name, text FROM said"))

    def say(self, **said: str) -> None:
        """Note policy, `read_at`, or how far the log was read."""
        self._copy.executemany("REPLACE INTO said VALUES (?, ?)", said.items())

    def put(self, found: Iterable[Facts]) -> None:
        rows = [(facts.code, facts.listing_id, json.dumps(facts)) for facts in found]
        self._copy.executemany("REPLACE INTO link VALUES (?, ?, ?)", rows)

    def drop(self, listing_ids: Iterable[int]) -> None:
        ids = [[listing_id] for listing_id in listing_ids]
        self._copy.executemany("DELETE FROM link WHERE listing_id = ?", ids)

    def drop_all(self) -> None:
        for table in ("link", "said"):
            self._copy.execute(f"DROP TABLE {table}")
        for table in _TABLES:
            self._copy.execute(table)
        self.say(form=FORM)
        self.said = {}


@contextmanager
def writing() -> Iterator[Writing]:
    """Change the copy, all or nothing. A copy that cannot be read is begun anew."""
    try:
        with closing(_open(writes=True)) as copy:
            copy.execute("BEGIN IMMEDIATE")
            yield Writing(copy)
            copy.execute("COMMIT")
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        _remove()
        raise


def look_through() -> None:
    """Read all of the copy. One that is damaged anywhere is removed: it is begun anew."""
    try:
        with closing(_open(writes=True)) as copy:
            is_whole = [found for (found,) in copy.execute("PRAGMA quick_check(1)")] == ["ok"]
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        is_whole = False
    if not is_whole:
        _remove()


def _remove() -> None:
    for file in _place().parent.glob(f"{_place().name}*"):
        file.unlink(missing_ok=True)


def folder() -> Path:
    """Where the copy is, and the lock of whoever keeps it; made if need be."""
    made: Path = settings.VAR_DIR / "links"
    made.mkdir(parents=True, exist_ok=True)
    return made


def _place() -> Path:
    return folder() / "copy.sqlite"


def _open(*, writes: bool) -> sqlite3.Connection:
    mode = "rwc" if writes else "rw"
    place = f"{_place().absolute().as_uri()}?mode={mode}"
    copy = sqlite3.connect(place, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)
    if writes:
        # Readers go on while the copy is written; a power failure costs the last changes only.
        copy.execute("PRAGMA journal_mode = WAL")
        copy.execute("PRAGMA synchronous = NORMAL")
        for table in _TABLES:
            copy.execute(table)
    return copy
