"""What the facts of a report day say, as a number: two that are equal have equal facts.

The order of rows and of columns does not matter, nor whether a whole number came as 64 bits or as a
decimal. It is the same on every machine and in every version of the libraries, since it is kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reports.attribution.days import EPOCH
from reports.attribution.due import Pair

Lanes = tuple[Any, Any]
_WHOSE = ("merchant_id", "on")
# What says nothing where it is unknown: so facts of all users are what they were before there were
# samples.
_OF_SAMPLES = frozenset({"user_group", "sampling_ratio"})
_HALF = 0xFFFFFFFFFFFFFFFF


class Contents:
    """Adds up the rows of report days, table by table and batch by batch."""

    def __init__(self) -> None:
        self._sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])

    def add(self, table: str, rows: pa.RecordBatch) -> None:
        """Rows of one table of facts, with the columns `merchant_id` and `on`."""
        if not rows.num_rows:
            return
        whose = np.stack([_numbers(rows.column(name))[0].view(np.int64) for name in _WHOSE])
        found, places = np.unique(whose, axis=1, return_inverse=True)
        order = np.argsort(places.ravel(), kind="stable")
        starts = np.searchsorted(places.ravel()[order], np.arange(found.shape[1]))
        for lane, hashes in enumerate(_hashes(table, rows)):
            # Sums wrap: they are taken modulo 2^64.
            sums = np.add.reduceat(hashes[order], starts)
            for merchant, day, value in zip(*found.tolist(), sums.tolist(), strict=True):
                of_day = self._sums[merchant, day]
                of_day[lane] = (of_day[lane] + value) & _HALF

    def rule(self, pair: Pair, of_tables: Mapping[str, Iterable[Decimal]]) -> None:
        """What rules of a merchant's day by table: a sample without facts is not a whole without
        any."""
        merchant, on = pair
        told = [
            f"{table} {format(ratio.normalize(), 'f')}"
            for table, ratios in sorted(of_tables.items())
            for ratio in sorted(ratios)
        ]
        of_day = self._sums[merchant, (on - EPOCH).days]
        for lane, word in enumerate((" ".join(told), " ".join(("again", *told)))):
            of_day[lane] = (of_day[lane] + _number(word)) & _HALF

    def of(self, pair: Pair) -> str:
        """32 letters for the facts of a merchant's day; a day without facts has its own."""
        merchant, on = pair
        first, second = self._sums.get((merchant, (on - EPOCH).days), (0, 0))
        return f"{first:016x}{second:016x}"


def _hashes(table: str, rows: pa.RecordBatch) -> Lanes:
    first = np.full(rows.num_rows, _number(table), np.uint64)
    second = np.full(rows.num_rows, _number(f"{table} again"), np.uint64)
    for name in sorted(set(rows.schema.names) - set(_WHOSE)):
        low, high = _numbers(rows.column(name))
        value = _mixed(_mixed(low + np.uint64(_number(name))) + high)
        said = _mixed(first ^ value), _mixed(second + value)
        if name in _OF_SAMPLES:
            known = rows.column(name).is_valid().to_numpy(zero_copy_only=False)
            said = np.where(known, said[0], first), np.where(known, said[1], second)
        first, second = said
    return first, second


def _numbers(column: pa.Array) -> Lanes:
    """A column as numbers of 128 bits: equal where its values are equal."""
    nulls = column.is_null().to_numpy(zero_copy_only=False)
    low, high = _values(column)
    low, high = low.astype(np.uint64), high.astype(np.uint64)
    low[nulls], high[nulls] = np.uint64(_number("unknown")), np.uint64(1 << 40)
    return low, high


def _values(column: pa.Array) -> Lanes:
    kind = column.type
    if pa.types.is_list(kind):
        return _values(pc.binary_join(column.cast(pa.list_(pa.string())), ","))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        words = column.dictionary_encode()
        known = [_number(word or "") for word in words.dictionary.to_pylist()] or [0]
        places = words.indices.fill_null(0).to_numpy(zero_copy_only=False)
        # Numbers below and above 2^63 together would be taken for fractions.
        return np.array(known, np.uint64)[places], np.zeros(len(column), np.uint64)
    if pa.types.is_decimal(kind):
        wide = column.cast(pa.decimal128(38, kind.scale)).fill_null(0)
        halves = np.frombuffer(wide.buffers()[1], np.int64).reshape(-1, 2)
        halves = halves[wide.offset : wide.offset + len(wide)]
        return halves[:, 0].view(np.uint64), halves[:, 1].copy().view(np.uint64)
    if pa.types.is_date32(kind):
        column = column.view(pa.int32())
    whole = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    return whole.view(np.uint64), (whole >> 63).view(np.uint64)


def _number(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")


def _mixed(numbers: Any) -> Any:
    """Every bit of the number changes every bit of what comes out (the finish of SplitMix64)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
