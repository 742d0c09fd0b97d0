"""How many new events a batch brought, by day and store: read from its own files in the lake."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reports.lake import commits
from reports.lake import tables as lake
from reports.lake.storage import at_hand
from reports.sources.models import Batch, EventKind

# The version of an event that is new; higher ones correct it, or say that it has left the day.
NEW = 1
ROWS_AT_ONCE = 1 << 16


def days_of(batch: Batch) -> set[date]:
    """The business days of the rows of a batch that is in the lake."""
    commit = commits.committed(lake.open_table(batch.source.events), batch.pk)
    return set() if commit is None else commit.days


def rows_of(
    batch: Batch, days: Iterable[date], *, stores: set[str]
) -> dict[tuple[str | None, date], int]:
    """New events of a batch by store and day; None is all stores together. A store's day of which
    it has other versions alone has none.

    Stores that are not among `stores` are only part of that: a file may name any number.
    """
    found: Counter[tuple[str | None, date]] = Counter()
    wanted = pa.array(sorted(stores), pa.string())
    has_stores = batch.source.events == EventKind.CONVERSIONS
    columns = ["version", "store_id"] if has_stores else ["version"]
    own = dict(_files(batch, set(days)))
    at_hand(own)
    for file, day in own.items():
        for rows in pq.ParquetFile(file).iter_batches(ROWS_AT_ONCE, columns=columns):
            new = rows.filter(pc.equal(rows["version"], NEW))
            if new.num_rows:
                found[None, day] += new.num_rows
            if has_stores:
                for store in pc.unique(_of_stores(rows, wanted)).to_pylist():
                    found[store, day] += 0
                for counted in pc.value_counts(_of_stores(new, wanted)).to_pylist():
                    found[counted["values"], day] += counted["counts"]
    return dict(found)


def _of_stores(rows: pa.RecordBatch, wanted: pa.Array) -> pa.Array:
    return rows["store_id"].filter(pc.is_in(rows["store_id"], wanted))


def _files(batch: Batch, days: set[date]) -> Iterator[tuple[str, date]]:
    """The batch's own files, by their names; see commits.stem."""
    own = commits.stem(batch.source.code, batch_id=batch.pk, fence=batch.quarantine_fence or 0)
    for file in lake.files(batch.source.events, first_on=min(days, default=date.max)):
        path = Path(file)
        if path.name.startswith(f"{own}-"):
            yield file, date.fromisoformat(path.parent.name.removeprefix("day="))
