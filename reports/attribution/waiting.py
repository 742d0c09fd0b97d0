"""Facts between the engine and the database: in files, so that no run holds its facts in memory."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from reports.attribution.days import Rows


class Facts:
    """Rows of facts in the order in which they were added, as files of a folder: one for each table
    and day, so that a day's are read without those of the others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened = ExitStack()
        self._writers: dict[tuple[date, str], pa.ipc.RecordBatchStreamWriter] = {}

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While facts are added."""
        with self._opened:
            yield

    def add(self, table: str, rows: pa.RecordBatch) -> None:
        """Rows with the column `on`, their day."""
        days = rows.column("on")
        for on in days.unique().to_pylist():
            of_day = rows.filter(pc.equal(days, pa.scalar(on, days.type)))
            self._writer(on, table, rows.schema).write_batch(of_day)

    def of(self, on: date) -> Iterator[Rows]:
        """Those of a day, table by table."""
        for day, table in self._writers:
            if day == on:
                with pa.ipc.open_stream(self._file(day, table)) as rows:
                    for batch in rows:
                        yield table, batch

    def _writer(self, on: date, table: str, schema: pa.Schema) -> pa.ipc.RecordBatchStreamWriter:
        if (on, table) not in self._writers:
            options = pa.ipc.IpcWriteOptions(compression="zstd")
            writer = pa.ipc.new_stream(self._file(on, table), schema, options=options)
            self._writers[on, table] = self._opened.enter_context(writer)
        return self._writers[on, table]

    def _file(self, on: date, table: str) -> Path:
        return self._folder / f"{table}-{on}.facts"
