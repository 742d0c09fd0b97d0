"""Users in buckets: what a computation of one sees, and how the facts of all add up (ADR 0130).

Credit of a user's conversions needs only his touches. What is not of one user (order numbers, the
refunds of an order, the latest click of a name) is seen whole in each bucket, and counted in one.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from reports.attribution import engine
from reports.attribution.engine import QUERIES
from reports.attribution.groups import Bucket
from reports.events.queries import Connection

# So many rows of facts are worked on at once: their days, numbers and texts are several copies of
# them, all beside what the engine holds. Written to files as they come they are more.
ROWS_AT_ONCE = 10_000
ROWS_OF_A_FILE = 50_000


def show_touches(connection: Connection, bucket: Bucket) -> None:
    """Make the relation `touches`: those of the bucket's users, and the clicks that are named."""
    if bucket.is_all:
        QUERIES.view(connection, "lake/touches")
        return
    QUERIES.step(connection, "lake/bucket/bucket", prefixes=bucket.prefixes)
    QUERIES.step(connection, "lake/bucket/named_clicks")
    QUERIES.view(connection, "lake/bucket/touches")


def part_conversions(connection: Connection, bucket: Bucket) -> None:
    """Let the conversions of others find nothing; before `engine.prepare`."""
    if not bucket.is_all:
        QUERIES.step(connection, "lake/bucket/conversions")


def part_refunds(connection: Connection, bucket: Bucket) -> None:
    """Count refunds with their orders; after `engine.prepare`."""
    if not bucket.is_all:
        QUERIES.step(connection, "lake/bucket/after/conversions")


def summed(parts: dict[str, list[str]], *, work_dir: Path) -> Iterator[tuple[str, pa.RecordBatch]]:
    """The facts of all buckets as one; `parts` are Parquet files of each table, in `work_dir`."""
    with engine.session(reads=[], work_dir=work_dir) as connection:
        for name, files in sorted(parts.items()):
            for rows in QUERIES.batches(
                connection, f"lake/summed/{name}", rows=ROWS_AT_ONCE, files=files
            ):
                yield name, rows
