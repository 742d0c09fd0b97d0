"""Rows of a Parquet file. A row's line is its number, from 1."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reports.events.chunk import MAX_RAW, Chunk
from reports.events.contract import BadFile, Contract, Fault, Type
from reports.events.csv_rows import check_names
from reports.events.privacy import shown_row

ROWS_PER_CHUNK = 1 << 18
# A row of distinct ids takes more than this of a file, however well it packs.
LEAST_BYTES_PER_ROW = 1 / 20
FREE_ROWS = 1_000_000
# A value that is written once may stand in each row; a column of text holds no more.
MOST_BYTES_PER_COLUMN = 2**31 - 1


def open_file(path: Path, contract: Contract) -> pq.ParquetFile:
    """Open and check the file as a whole. Raises BadFile."""
    try:
        file = pq.ParquetFile(path, memory_map=False, pre_buffer=False)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadFile(Fault.DAMAGED) from error
    schema = file.schema_arrow
    check_names(schema.names, contract)
    for column in contract.columns:
        at = schema.get_field_index(column.name)
        if at >= 0 and not _fits(schema.field(at).type, column.type):
            raise BadFile(Fault.WRONG_TYPE, column=column.name, type=_shown(schema.field(at).type))
    if file.metadata.num_rows > FREE_ROWS + path.stat().st_size / LEAST_BYTES_PER_ROW:
        raise BadFile(Fault.BOMB, times=int(1 / LEAST_BYTES_PER_ROW))
    return file


def chunks(file: pq.ParquetFile, contract: Contract) -> Iterator[Chunk]:
    names = [name for name in file.schema_arrow.names if name in contract.names]
    first = 1
    try:
        for batch in file.iter_batches(ROWS_PER_CHUNK, columns=names):
            yield _chunk(batch, first, contract)
            first += len(batch)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise BadFile(Fault.DAMAGED) from error


def _chunk(batch: pa.RecordBatch, first: int, contract: Contract) -> Chunk:
    columns = {name: batch.column(name) for name in batch.schema.names}
    for column in columns.values():
        _require_text(column, first)
        _require_room(column)

    def raw(row: int) -> str:
        values = {name: _plain(column[row]) for name, column in columns.items()}
        return shown_row(values, contract)[:MAX_RAW]

    return Chunk(np.arange(first, first + len(batch), dtype=np.int64), columns, raw)


def _require_text(column: pa.Array, first: int) -> None:
    """Raise BadFile for text that is not UTF-8: writers may leave any bytes, and reading looks at
    none of them."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid as error:
        for line, value in enumerate(column, first):
            try:
                _plain(value)
            except UnicodeDecodeError:
                raise BadFile(Fault.NOT_UTF8, line=line) from error
        raise BadFile(Fault.DAMAGED) from error


def _require_room(column: pa.Array) -> None:
    if pa.types.is_dictionary(column.type) and not pa.types.is_primitive(column.type.value_type):
        lengths = pc.binary_length(column.dictionary).take(column.indices)
        if (pc.sum(lengths).as_py() or 0) > MOST_BYTES_PER_COLUMN:
            raise BadFile(Fault.TOO_MUCH_MEMORY)


def _plain(value: pa.Scalar) -> Any:
    """The value as it may be shown. An instant is text: it may be finer than Python's, beyond its
    years, or of a zone that nobody knows."""
    if isinstance(value, pa.DictionaryScalar):
        value = value.value
    if not pa.types.is_timestamp(value.type) or not value.is_valid:
        return value.as_py()
    in_utc = value.cast(pa.timestamp(value.type.unit)).cast(pa.string()).as_py()
    return f"{in_utc}Z" if value.type.tz else in_utc


def _shown(sent: pa.DataType) -> str:
    """The type in words; the names of nested fields are the sender's."""
    return "".join(c if c.isprintable() else "\ufffd" for c in str(sent))[:100]


def _fits(sent: pa.DataType, wanted: Type) -> bool:
    """Whether values of the file's type can be read as the contract's."""
    kinds = pa.types
    if kinds.is_dictionary(sent):
        sent = sent.value_type
    text = kinds.is_string(sent) or kinds.is_large_string(sent) or kinds.is_string_view(sent)
    if text or kinds.is_null(sent):
        return True
    numbers = kinds.is_integer(sent) or kinds.is_floating(sent) or kinds.is_decimal(sent)
    match wanted:
        case Type.INSTANT:
            return bool(kinds.is_timestamp(sent))
        case Type.INTEGER | Type.AMOUNT | Type.TEXT | Type.USER:
            # An id that is a number with a fraction is damaged, and its row says so.
            return bool(numbers)
        case Type.FLAG:
            return bool(numbers or kinds.is_boolean(sent))
        case Type.CHOICE:
            return False
