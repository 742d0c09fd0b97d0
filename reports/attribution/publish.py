"""Facts into PostgreSQL: by COPY, tied to the report days they are of."""

import io
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from django.db import connection, models, transaction

from reports.attribution.days import EPOCH
from reports.attribution.models import (
    ConversionFact,
    CreditFact,
    CreditSum,
    ReportDay,
    TouchFact,
    TouchSum,
)

FACTS: dict[str, type[models.Model]] = {
    "credit": CreditFact,
    "conversion": ConversionFact,
    "touch": TouchFact,
}
SUMS: tuple[type[models.Model], ...] = (CreditSum, TouchSum)


def make_room(days: Iterable[date]) -> None:
    """Create the months' partitions of facts and their sums that are not there yet."""
    for month in sorted({day.replace(day=1) for day in days}):
        after = (month + timedelta(days=32)).replace(day=1)
        for model in (*FACTS.values(), *SUMS):
            _partition(model._meta.db_table, month, after)


def _partition(table: str, month: date, after: date) -> None:
    """A month that has rows in the default partition already stays there."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [table])
        cursor.execute(
            f'SELECT EXISTS (SELECT 1 FROM {table}_other WHERE "on" >= %s AND "on" < %s)',  # noqa: S608
            [month, after],
        )
        if not cursor.fetchone()[0]:
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS {table}_{month:%Y%m} PARTITION OF {table} "
                f"FOR VALUES FROM ('{month}') TO ('{after}')"
            )


class Places:
    """Which report day a row of facts belongs to, and which row of it that is."""

    def __init__(self, report_days: Iterable[ReportDay]) -> None:
        found = sorted(
            (_key(day.merchant_id, (day.on - EPOCH).days), day.pk) for day in report_days
        )
        self._keys, self._ids = np.array(found, dtype=np.int64).reshape(-1, 2).T
        # How many rows of each table the report days have so far.
        self._rows: dict[str, Any] = defaultdict(lambda: np.zeros(len(self._keys), np.int32))

    def of(self, table: str, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The rows of `batch` that are of these report days, with `report_day_id` and `row`."""
        keys = _key(_numbers(batch, "merchant_id"), _numbers(batch, "on"))
        places = np.searchsorted(self._keys, keys)
        is_known = places < len(self._keys)
        is_known[is_known] = self._keys[places[is_known]] == keys[is_known]
        places, batch = places[is_known], batch.filter(pa.array(is_known))
        numbers = self._numbered(self._rows[table], places)
        batch = batch.append_column("report_day_id", pa.array(self._ids[places]))
        return batch.append_column("row", pa.array(numbers))

    @staticmethod
    def _numbered(taken: Any, places: Any) -> Any:
        """The next numbers of each place, in the order of the rows."""
        order = np.argsort(places, kind="stable")
        sorted_places = places[order]
        first = np.searchsorted(sorted_places, sorted_places)
        numbers = np.empty(len(places), np.int32)
        numbers[order] = taken[sorted_places] + 1 + np.arange(len(places)) - first
        found, counts = np.unique(places, return_counts=True)
        taken[found] += counts.astype(np.int32)
        return numbers


def _key(merchant_id: Any, day: Any) -> Any:
    """One number for a merchant and a day, which is days since 1970."""
    return (merchant_id << 17) + day


def _numbers(batch: pa.RecordBatch, column: str) -> Any:
    whole = batch.column(column)
    if pa.types.is_date(whole.type):
        whole = whole.view(pa.int32())
    return whole.cast(pa.int64()).to_numpy()


def copy(table: str, batch: pa.RecordBatch) -> None:
    """Add rows of facts, whose columns are called as the table's, by one COPY."""
    names = ", ".join(f'"{column}"' for column in batch.schema.names)
    statement = f"COPY {FACTS[table]._meta.db_table} ({names}) FROM STDIN (FORMAT csv)"
    written = io.BytesIO()
    pa_csv.write_csv(batch, written, pa_csv.WriteOptions(include_header=False))
    with connection.cursor() as cursor, cursor.copy(statement) as into:
        into.write(written.getbuffer())
