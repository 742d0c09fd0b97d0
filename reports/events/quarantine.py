"""Every rejected row, written down completely as it is met."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from reports.events.chunk import Rejected

FILE = "quarantine.parquet"
SCHEMA = pa.schema(
    [("line", pa.int64()), ("field", pa.string()), ("reason", pa.string()), ("raw", pa.string())]
)
ROWS_PER_GROUP = 20_000


class Quarantine:
    """Writes `quarantine.parquet` in a folder, a group of rows at a time, behind those of the file
    `before`, if there is one."""

    def __init__(self, folder: Path, *, before: Path | None = None) -> None:
        self._writer = pq.ParquetWriter(folder / FILE, SCHEMA, compression="zstd")
        self._reasons: Counter[str] = Counter()
        if before is not None and before.exists():
            for batch in pq.ParquetFile(before).iter_batches(ROWS_PER_GROUP):
                self._writer.write_batch(batch)

    def add(self, rejected: list[Rejected]) -> None:
        rejected = sorted(rejected, key=lambda row: row.line)
        for start in range(0, len(rejected), ROWS_PER_GROUP):
            rows = rejected[start : start + ROWS_PER_GROUP]
            self._writer.write_table(
                pa.table(
                    {name: [str(getattr(row, name)) for row in rows] for name in SCHEMA.names[1:]}
                    | {"line": [row.line for row in rows]}
                ).select(SCHEMA.names),
            )
        self._reasons.update(row.reason.value for row in rejected)

    def close(self) -> dict[str, int]:
        """Rows that were added, by reason."""
        self._writer.close()
        return dict(self._reasons)
