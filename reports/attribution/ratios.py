"""Which facts of a report day are those of a sample, and of how large a one."""

from collections import defaultdict
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from reports.attribution.due import Pair
from reports.attribution.ruled import Ruled

_RATIO = "sampling_ratio"


class Ratios:
    """Notes the ratios of facts as they come, batch by batch, beside those that rule of their
    days."""

    def __init__(self, rules: Ruled | None = None) -> None:
        self._ratios: dict[Pair, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for pair, of_tables in (rules or {}).items():
            for table, ratios in of_tables.items():
                self._ratios[pair][table].update(map(_written, ratios))

    def add(self, table: str, rows: pa.RecordBatch) -> None:
        """Rows of one table of facts, with the columns `merchant_id` and `on`."""
        if _RATIO not in rows.schema.names or rows.column(_RATIO).null_count == len(rows):
            return
        found = pa.table(
            {name: rows.column(name) for name in ("merchant_id", "on", _RATIO)}
        ).filter(pc.is_valid(rows.column(_RATIO)))
        for row in found.group_by(found.column_names).aggregate([]).to_pylist():
            self._ratios[row["merchant_id"], row["on"]][table].add(_written(row[_RATIO]))

    def of(self, pair: Pair) -> dict[str, list[str]]:
        """The ratios of a merchant's day by table; none where everything came."""
        return {table: sorted(ratios) for table, ratios in self._ratios.get(pair, {}).items()}


def _written(ratio: object) -> str:
    """A ratio as a report day has it: one half is always “0.5”."""
    return format(Decimal(str(ratio)).normalize(), "f")
