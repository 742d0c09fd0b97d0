"""What the lake shows to SQL."""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from reports.events.contract import LAKE_CONTRACTS
from reports.events.stamp import schema
from reports.lake import tables as lake


@pytest.fixture
def files(tmp_path: Path) -> dict[str, list[str]]:
    """A file without rows for each table."""
    found = {}
    for table, contract in LAKE_CONTRACTS.items():
        file = tmp_path / table / "day=2026-01-31" / "source.1.1-0.parquet"
        file.parent.mkdir(parents=True)
        pq.write_table(schema(contract).empty_table(), file)
        found[table] = [str(file)]
    return found


@pytest.mark.parametrize("table", LAKE_CONTRACTS)
def test_the_lake_shows_every_column_it_keeps(table: str, files: dict[str, list[str]]) -> None:
    """From files and from none, one after the other."""
    kept = {*schema(LAKE_CONTRACTS[table]).names, "day"}
    with duckdb.connect() as con:
        for some in ([], files[table], [], files[table]):
            lake.show(con, table, some)
            assert set(con.table(f"lake_{table}").columns) == kept
