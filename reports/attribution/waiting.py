"""Facts between the engine and the database: in files, so that no run holds its facts in memory."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyarrow as pa

from reports.attribution.days import Rows


class Facts:
    """Rows of facts in the order in which they were added, as files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened = ExitStack()
        self._writers: dict[str, pa.ipc.RecordBatchStreamWriter] = {}

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While facts are added."""
        with self._opened:
            yield

    def add(self, table: str, rows: pa.RecordBatch) -> None:
        if table not in self._writers:
            writer = pa.ipc.new_stream(
                self._folder / f"{table}.facts",
                rows.schema,
                options=pa.ipc.IpcWriteOptions(compression="zstd"),
            )
            self._writers[table] = self._opened.enter_context(writer)
        self._writers[table].write_batch(rows)

    def __iter__(self) -> Iterator[Rows]:
        """All of them, table by table."""
        for table in self._writers:
            with pa.ipc.open_stream(self._folder / f"{table}.facts") as rows:
                for batch in rows:
                    yield table, batch
