"""The index beside the lake: on which days a key, an order or a refund occurs.

It stands below `LAKE_URL/index/<table>/<name>/`, that of a bucket beside what was fetched: sheets
(see `reports.events.sheets`) and a manifest that says which files of the lake they tell of. It is
derived: what the manifest does not name is read in the lake instead, so that an index that is lost,
behind or of another version of DuckDB costs time and never an answer. A sheet is never changed, and
the manifest is replaced in one step: whoever is killed leaves the old one or the new one, and
perhaps a sheet that nobody names.
"""

import fcntl
import json
import os
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from reports.events import levels, naming, sheets
from reports.lake import storage

MANIFEST = "manifest.json"
# So many sheets of about one size become one; so a key is written again few times.
MOST_OF_A_SIZE = 8
# A batch joins what is small; what is larger is for the hourly look.
MOST_ENTRIES_AT_ONCE = 1 << 20
# That look writes a sheet again when the smaller ones have so few times fewer entries.
OUTWEIGHED = 3


@dataclass
class Manifest:
    """`files` of the lake (below their table) that the `sheets` tell of, with their entries."""

    files: set[str] = field(default_factory=set)
    sheets: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Index:
    """The index `name` of a table: `keys.<source>`, `orders` or `refunds`."""

    table: str
    name: str

    @property
    def folder(self) -> Path:
        return storage.folder() / "index" / self.table / self.name

    def manifest(self) -> Manifest:
        """What is known; nothing where the index is lost, damaged or of another version."""
        try:
            said: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text())
            if said["made_by"] != naming.MADE_BY:
                return Manifest()
            found = Manifest(set(said["files"]), dict(said["sheets"]))
            for sheet, entries in found.sheets.items():
                if (self.folder / sheet).stat().st_size != levels.size(entries):
                    return Manifest()
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return Manifest()
        return found

    def sheets(self, known: Manifest) -> list[Path]:
        return [self.folder / sheet for sheet in known.sheets]

    def add(self, sheet: Path, files: Iterable[str]) -> None:
        """Take a sheet that tells of these files (below the table) in; the file is moved.

        Small sheets of about one size are joined. Raises OSError.
        """
        with self._alone():
            known = self.manifest()
            known.files |= set(files)
            if entries := levels.length(sheet):
                known.sheets[self._placed(sheet)] = entries
            self._join(known)
            self._write(known)

    def join(self) -> None:
        """Join sheets of any size until they are few: each of them is read for every batch."""
        with self._alone():
            known = self.manifest()
            if len(smaller := _smaller(known.sheets)) > 1:
                self._join_some(known, smaller)
                self._write(known)

    def replaced(self, gone: Iterable[str], by: Iterable[str]) -> None:
        """Files of the lake were joined into others with the same rows."""
        with self._alone():
            known = self.manifest()
            if known.files >= set(gone):
                known.files = known.files - set(gone) | set(by)
                self._write(known)

    def sweep(self, *, older_than: float) -> int:
        """Delete sheets that no manifest names and that were last used before; how many."""
        if not self.folder.is_dir():
            return 0
        with self._alone():
            named = {MANIFEST, *self.manifest().sheets}
            left = [
                path
                for path in self.folder.iterdir()
                if path.suffix == ".sheet"
                and path.name not in named
                and path.stat().st_mtime < older_than
            ]
            for path in left:
                path.unlink(missing_ok=True)
        return len(left)

    def _join(self, known: Manifest) -> None:
        while small := _of_a_size(known.sheets):
            self._join_some(known, small)

    def _join_some(self, known: Manifest, some: list[str]) -> None:
        joined = self.folder / f"{uuid.uuid4().hex}.sheet"
        sheets.join([self.folder / sheet for sheet in some], joined)
        for sheet in some:
            del known.sheets[sheet]
            # Somebody may just be about to read it: it is deleted a day from now.
            (self.folder / sheet).touch()
        known.sheets[joined.name] = levels.length(joined)

    def _placed(self, sheet: Path) -> str:
        """Move a sheet here, under a name that nobody else gives."""
        target = self.folder / f"{uuid.uuid4().hex}.sheet"
        try:
            sheet.replace(target)
        except OSError:  # From another disk.
            sheets.write(target, sheets.read(sheet))
            sheet.unlink()
        return target.name

    def _write(self, known: Manifest) -> None:
        said = {
            "made_by": naming.MADE_BY,
            "files": sorted(known.files),
            "sheets": known.sheets,
        }
        new = self.folder / f"{uuid.uuid4().hex}.new"
        try:
            with new.open("w") as file:
                json.dump(said, file)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.folder / MANIFEST)
        finally:
            new.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One at a time changes the manifest.

        Where a shared disk keeps no locks the last one wins: what others have added is read in the
        lake until the hourly look.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        file = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)


def of_table(table: str, source: str) -> dict[str, Index]:
    """The indexes that the rows of a source stand in, by the sheet that tells of them."""
    return {
        sheet: Index(table, f"{sheet}.{source}" if sheet == naming.KEYS else sheet)
        for sheet in naming.SHEETS[table]
    }


def sweep() -> int:
    """Delete sheets that no manifest has named for a day; how many."""
    since = time.time() - 24 * 3600
    folders = (storage.folder() / "index").glob("*/*")
    indexes = (Index(folder.parent.name, folder.name) for folder in folders)
    return sum(index.sweep(older_than=since) for index in indexes)


def days_of(index: Index, names: sheets.Entries, files: Sequence[tuple[str, date]]) -> set[date]:
    """Days on which the names may occur in these files of the lake, given with their days."""
    known = index.manifest()
    days = sheets.days_of(index.sheets(known), names)
    there = {day for _file, day in files}
    unknown = {day for file, day in files if file not in known.files}
    return (days | unknown) & there


def _of_a_size(entries: dict[str, int]) -> list[str]:
    """Small sheets of about one size that are many enough to be joined."""
    by_size: dict[int, list[str]] = {}
    for sheet, count in entries.items():
        by_size.setdefault(count.bit_length() // 3, []).append(sheet)
    for some in by_size.values():
        if (
            len(some) >= MOST_OF_A_SIZE
            and sum(entries[sheet] for sheet in some) <= MOST_ENTRIES_AT_ONCE
        ):
            return some
    return []


def _smaller(entries: dict[str, int]) -> list[str]:
    """The smallest sheets, as far as no one of them far outweighs the smaller ones together.

    So there are few, however much they tell of, and an entry is written again when its sheet has
    grown by a good part.
    """
    total, smaller = 0, []
    for sheet, count in sorted(entries.items(), key=lambda item: item[1]):
        if count > max(MOST_ENTRIES_AT_ONCE, OUTWEIGHED * total):
            break
        total += count
        smaller.append(sheet)
    return smaller
