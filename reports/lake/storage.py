"""Where the lake stands: in a folder, or in a bucket of an object store (`LAKE_URL=s3://...`).

A file of the lake never changes once a version names it. Of a bucket, files are fetched into a
folder of this machine before they are read (`at_hand`): who reads them may call nobody, neither
DuckDB nor the process that works on a hostile file. There they are deleted when nobody has asked
for them for a week; in the bucket they stay. ADR 0127.
"""

import os
import shutil
import time
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from portal.buckets import BUCKET, is_bucket

FETCHED_KEPT_SECONDS = 7 * 24 * 3600
AT_ONCE = 8


class Storage(Protocol):
    """The lake's files, each named by its `part`: the path below LAKE_URL.

    `folder` is where they are read on this machine; `options` are what `deltalake` has to know.
    """

    folder: Path
    options: dict[str, str] | None

    def address(self, table: str) -> str:
        """The table as `deltalake` opens it."""

    def fetch(self, files: Iterable[str]) -> None:
        """Have files, named by their paths in `folder`, there."""

    def keep(self, part: str) -> None:
        """Keep what stands in `folder`, before a version names it, also when the power is cut."""

    def hold(self, part: str) -> None:
        """Keep what `deltalake` has written at the address, also when the power is cut."""

    def delete(self, part: str) -> None:
        """Delete a file that no version names any more, if it is there."""

    def names(self, part: str) -> list[str]:
        """The names of the files in a folder; none where there is no such folder."""

    def read(self, part: str) -> str | None:
        """The text of a small file; None where there is none."""


class Folder:
    """A lake in a folder of this machine, or of a disk that it shares."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.options: dict[str, str] | None = None

    def address(self, table: str) -> str:
        return str(self.folder / table)

    def fetch(self, files: Iterable[str]) -> None:
        pass

    def keep(self, part: str) -> None:
        file = self.folder / part
        _on_the_disk(file)
        for folder in file.parents:
            _on_the_disk(folder)
            if folder == self.folder:
                break

    def hold(self, part: str) -> None:
        # An entry that is in a checkpoint may have been cleared away.
        with suppress(FileNotFoundError):
            self.keep(part)

    def delete(self, part: str) -> None:
        (self.folder / part).unlink(missing_ok=True)

    def names(self, part: str) -> list[str]:
        return [entry.name for entry in (self.folder / part).glob("*")]

    def read(self, part: str) -> str | None:
        file = self.folder / part
        return file.read_text() if file.exists() else None


class Bucket:
    """A lake in a bucket. Two commits at once are told apart by the store itself, which writes an
    entry of the log only where there is none."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.folder = fetched()
        # Whoever names an address without TLS means it.
        self.options: dict[str, str] | None = {
            **settings.OBJECT_STORE, "AWS_ALLOW_HTTP": "true"
        }  # fmt: skip

    def address(self, table: str) -> str:
        return f"{self._url}/{table}"

    def fetch(self, files: Iterable[str]) -> None:
        missing = []
        for file in files:
            try:
                # Who asks for a file says with it that it is in use.
                os.utime(file)
            except FileNotFoundError:
                missing.append(Path(file))
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(self._fetch, missing))

    def keep(self, part: str) -> None:
        with (
            (self.folder / part).open("rb") as file,
            self._system.open_output_stream(self._key(part)) as out,
        ):
            shutil.copyfileobj(file, out, 1 << 20)

    def hold(self, part: str) -> None:
        pass

    def delete(self, part: str) -> None:
        with suppress(FileNotFoundError):
            self._system.delete_file(self._key(part))
        (self.folder / part).unlink(missing_ok=True)

    def names(self, part: str) -> list[str]:
        from pyarrow.fs import FileSelector

        selector = FileSelector(self._key(part), allow_not_found=True)
        return [found.base_name for found in self._system.get_file_info(selector)]

    def read(self, part: str) -> str | None:
        try:
            with self._system.open_input_stream(self._key(part)) as file:
                return str(file.read(), "utf-8")
        except FileNotFoundError:
            return None

    def _fetch(self, file: Path) -> None:
        part = str(file.relative_to(self.folder))
        file.parent.mkdir(parents=True, exist_ok=True)
        # Others may fetch it at the same time, or be killed half-way.
        draft = file.with_name(f".{uuid.uuid4().hex}")
        try:
            with self._system.open_input_stream(self._key(part)) as found, draft.open("wb") as out:
                shutil.copyfileobj(found, out, 1 << 20)
                # Its name says that it is whole, also after the power was cut.
                out.flush()
                os.fsync(out.fileno())
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)

    def _key(self, part: str) -> str:
        return f"{self._url}/{part}".removeprefix(BUCKET)

    @property
    def _system(self) -> Any:
        return _system(*sorted(settings.OBJECT_STORE.items()))


def of_lake() -> Storage:
    """Where the lake stands now."""
    if is_bucket(settings.LAKE_URL):
        return Bucket(str(settings.LAKE_URL))
    return Folder(Path(settings.LAKE_URL))


def folder() -> Path:
    """Where the lake's files are read on this machine. What is derived of them stands there."""
    return of_lake().folder


def at_hand(files: Iterable[str]) -> None:
    """Have these files of the lake on this machine, before somebody reads them."""
    of_lake().fetch(files)


def fetched() -> Path:
    """The folder of what was fetched of a bucket."""
    return Path(settings.VAR_DIR) / "fetched"


def sweep() -> int:
    """Delete what was fetched of a bucket and nobody has asked for since; how many files."""
    since, gone = time.time() - FETCHED_KEPT_SECONDS, 0
    for file in fetched().glob("*/day=*/*"):
        # Others fetch meanwhile: a draft has got its name by now, or somebody asks for the file.
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < since:
                file.unlink()
                gone += 1
    return gone


def _on_the_disk(path: Path) -> None:
    """Wait until the disk has what a file holds, or which files a folder has."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


@cache
def _system(*options: tuple[str, str]) -> Any:
    """The store's files. Its library starts threads, so it is opened where jobs are, as
    `deltalake` is."""
    from pyarrow.fs import S3FileSystem

    said = dict(options)
    scheme, _, host = said.get("AWS_ENDPOINT_URL", "https://").partition("://")
    return S3FileSystem(
        access_key=said.get("AWS_ACCESS_KEY_ID"),
        secret_key=said.get("AWS_SECRET_ACCESS_KEY"),
        region=said["AWS_REGION"],
        scheme=scheme,
        endpoint_override=host or None,
    )
