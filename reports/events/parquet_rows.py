"""Rows of a Parquet file. A row's line is its number, from 1."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reports.events.chunk import MAX_RAW, Chunk
from reports.events.contract import BadFile, Contract, Fault, Type
from reports.events.csv_rows import check_names
from reports.events.privacy import shown_row

ROWS_PER_CHUNK = 1 << 18
# A row of distinct ids takes more than this of a file, however well it packs.
LEAST_BYTES_PER_ROW = 1 / 20
FREE_ROWS = 1_000_000


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
    def raw(row: int) -> str:
        values = {name: batch.column(name)[row].as_py() for name in batch.schema.names}
        return shown_row(values, contract)[:MAX_RAW]

    lines = np.arange(first, first + len(batch), dtype=np.int64)
    columns = {name: batch.column(name) for name in batch.schema.names}
    return Chunk(lines, columns, raw)


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
    match wanted:
        case Type.INSTANT:
            return bool(kinds.is_timestamp(sent))
        case Type.INTEGER:
            numbers = kinds.is_integer(sent) or kinds.is_floating(sent) or kinds.is_decimal(sent)
            return bool(numbers)
        case Type.FLAG:
            return bool(kinds.is_boolean(sent))
        case Type.CHOICE:
            return False
        case _:
            return bool(kinds.is_integer(sent))
