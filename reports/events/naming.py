"""Which names the rows of a contract have in the sheets beside the lake, and their entries.

- `keys`: every row, by its key within its source.
- `orders`: orders and presale deposits, by their event_id and by their order_id, within their
  store.
- `refunds`: refunds, by what they take back, within their store.

The last two are for conversions of all sources: a refund finds its order in any.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from reports.events.contract import CONVERSIONS, TOUCHPOINTS, Contract
from reports.events.queries import EVENTS, readable
from reports.events.sheets import Entries, Gathered

KEYS, ORDERS, REFUNDS = "keys", "orders", "refunds"
# The sheets of a table; see above. Those beside `keys` are of all sources together.
SHEETS = {TOUCHPOINTS.name: (KEYS,), CONVERSIONS.name: (KEYS, ORDERS, REFUNDS)}
ROWS_AT_ONCE = 1 << 20
# The form of sheets, and whose hashes: DuckDB's may change with its version.
MADE_BY = f"3 duckdb {duckdb.__version__}"


def gather(
    contract: Contract,
    files: Sequence[Path | str],
    *,
    folder: Path,
    memory: str,
    only: Iterable[str] | None = None,
) -> dict[str, Path]:
    """Write the sheets of these files below `folder`, as `<sheet>.sheet`; where they are."""
    names = SHEETS[contract.name] if only is None else tuple(only)
    found = {}
    with duckdb.connect(config={"memory_limit": memory, "threads": 2}) as con:
        con.execute("SET preserve_insertion_order = false")
        prepare(con)
        paths = [readable(file) for file in files]
        for name in names:
            query = f"sheets/{contract.name}_{name}"
            sheet = Gathered(folder / f"{name}.sheet")
            for entries in _streamed(con, query, paths):
                sheet.add(entries)
            found[name] = sheet.close()
    return found


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Have the macros `shanghai_day`, `sheet_key` and `sheet_entry` in this session."""
    EVENTS.run(connection, "shanghai_day")
    EVENTS.run(connection, "sheet_key")
    EVENTS.run(connection, "sheet_entry")


def _streamed(
    connection: duckdb.DuckDBPyConnection, query: str, files: list[str]
) -> Iterable[Entries]:
    if not files:
        return
    rows = connection.sql(EVENTS.text(query), params={"files": files})
    reader: Any = rows.to_arrow_reader(ROWS_AT_ONCE)
    for batch in reader:
        yield batch.column(0).to_numpy(zero_copy_only=False).astype(np.uint64, copy=False)
