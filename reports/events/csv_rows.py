"""Rows of a CSV file: fast where it is regular, line by line where it is not.

Both ways give the same rows; a record may hold line breaks inside quotes.
"""

import csv
import re
from collections.abc import Iterator
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from reports.events.chunk import MAX_RAW, Chunk, Rejected
from reports.events.contract import BadFile, Column, Contract, Fault, Reason
from reports.events.privacy import shown, shown_loose
from reports.events.unknown import MOST_NAMED, Tally, ValueType
from reports.events.unpacking import Block, Unpacked

# A quote that is not closed within this many lines spoils only its own line.
MOST_LINES_OF_A_RECORD = 50
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Header:
    """The names of the columns, as the first line gives them."""

    def __init__(self, line: str, contract: Contract) -> None:
        try:
            self.names = [name.strip() for name in next(csv.reader([line], strict=True))]
        except (csv.Error, StopIteration) as error:
            raise BadFile(Fault.MISSING_COLUMNS, columns=", ".join(contract.required)) from error
        check_names(self.names, contract)
        self.positions = {name: at for at, name in enumerate(self.names) if name in contract.names}
        known = {column.name: column for column in contract.columns}
        self.columns: list[Column | None] = [known.get(name) for name in self.names]
        others = [at for at, name in enumerate(self.names) if name not in self.positions]
        # More than are named need not be counted.
        self.others = {at: self.names[at] for at in others[: MOST_NAMED + 1]}


def check_names(names: list[str], contract: Contract) -> None:
    """Raise BadFile unless every required column is there and none of the contract twice.

    Names may not hold control characters: they are shown, and the database keeps none of NUL.
    """
    if any(_CONTROL.search(name) for name in names):
        raise BadFile(Fault.CONTROL_CHARACTER)
    missing = [name for name in contract.required if name not in names]
    if missing:
        raise BadFile(Fault.MISSING_COLUMNS, columns=", ".join(missing))
    repeated = [name for name in contract.names if names.count(name) > 1]
    if repeated:
        raise BadFile(Fault.REPEATED_COLUMN, columns=", ".join(repeated))


def blocks(file: Unpacked, contract: Contract) -> tuple[Header, Iterator[Block]]:
    """The header and the blocks of records below it."""
    all_blocks = file.blocks()
    first = next(all_blocks)
    header = Header(first.line(0), contract)

    def records() -> Iterator[Block]:
        if rest := first.without_first_line():
            yield rest
        yield from all_blocks

    return header, records()


def parse(block: Block, header: Header) -> Chunk:
    """The rows of a block; columns are text, empty where the file is empty."""
    if block.data.count(b"\r") == block.data.count(b"\r\n"):
        chunk = _parse_fast(block, header)
        if chunk is not None:
            return chunk
    return _parse_slowly(block, header)


def _parse_fast(block: Block, header: Header) -> Chunk | None:
    """None when a record is not exactly a line of its own."""
    invalid: list[pa.csv.InvalidRow] = []

    def keep(row: pa.csv.InvalidRow) -> str:
        invalid.append(row)
        return "skip"

    places = [str(at) for at in range(len(header.names))]
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(block.data),
            pa.csv.ReadOptions(
                column_names=places, use_threads=False, block_size=len(block.data) + 1
            ),
            pa.csv.ParseOptions(invalid_row_handler=keep, ignore_empty_lines=False),
            pa.csv.ConvertOptions(
                column_types=dict.fromkeys(places, pa.string()),
                include_columns=[str(at) for at in (*header.positions.values(), *header.others)],
                check_utf8=False,
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if len(table) + len(invalid) != len(block):
        return None
    good = np.ones(len(block), bool)
    good[[row.number - 1 for row in invalid]] = False
    blank = block.blank()
    if blank.any():
        table = table.filter(pa.array(~blank[good]))
    at = np.flatnonzero(good & ~blank)
    columns = {name: table[str(place)].combine_chunks() for name, place in header.positions.items()}
    broken = [
        _broken(block, header, row.number - 1) for row in invalid if not blank[row.number - 1]
    ]
    return Chunk(
        block.first_line + at,
        columns,
        lambda row: _raw(block.line(int(at[row])), header),
        broken,
        _others(header, {place: table[str(place)] for place in header.others}),
    )


def _parse_slowly(block: Block, header: Header) -> Chunk:
    rows: list[list[str]] = []
    starts: list[int] = []
    broken: list[Rejected] = []
    index, blank = 0, block.blank()
    while index < len(block):
        if blank[index]:
            index += 1
            continue
        fields, lines = _record(block, index, len(header.names))
        if fields is None:
            broken.append(_broken(block, header, index))
        else:
            starts.append(index)
            rows.append(fields)
        index += lines
    columns = {
        name: pa.array([row[place] for row in rows], pa.string())
        for name, place in header.positions.items()
    }
    return Chunk(
        block.first_line + np.array(starts, np.int64),
        columns,
        lambda row: _text(rows[row], header),
        broken,
        _others(
            header,
            {place: pa.array([row[place] for row in rows], pa.string()) for place in header.others},
        ),
    )


def _others(header: Header, columns: dict[int, pa.ChunkedArray | pa.Array]) -> dict[str, Tally]:
    """What was seen of the columns that are not ours; two of one name are told of as one."""
    found: dict[str, Tally] = {}
    for place, column in columns.items():
        filled = pc.sum(pc.greater(pc.binary_length(column), 0)).as_py() or 0
        seen = Tally(len(column), filled, {ValueType.TEXT})
        found.setdefault(header.others[place], Tally()).add(seen)
    return found


def _record(block: Block, index: int, expected: int) -> tuple[list[str] | None, int]:
    """The record that begins at a line, and how many lines it takes; None when it is broken."""
    fields = _fields([block.line(index)])
    if fields is not None:
        return (fields if len(fields) == expected else None), 1
    last = min(len(block), index + MOST_LINES_OF_A_RECORD)
    lines = (block.line(at) + "\n" for at in range(index, last))
    reader = csv.reader(islice(lines, MOST_LINES_OF_A_RECORD), strict=True)
    try:
        fields = next(reader)
    except csv.Error:
        return None, 1
    return (fields, reader.line_num) if len(fields) == expected else (None, 1)


def _fields(lines: list[str]) -> list[str] | None:
    try:
        return next(csv.reader(lines, strict=True), [])
    except csv.Error:
        return None


def _broken(block: Block, header: Header, index: int) -> Rejected:
    raw = _raw(block.line(index), header)
    return Rejected(block.first_line + index, "", Reason.BROKEN_RECORD, raw)


def _raw(line: str, header: Header) -> str:
    fields = _fields([line])
    return _text(line.split(",") if fields is None else fields, header)


def _text(fields: list[str], header: Header) -> str:
    """The record as it may be shown; of one with other fields than the header next to nothing."""
    if len(fields) == len(header.columns):
        kept = [shown(column, value) for column, value in zip(header.columns, fields, strict=True)]
    else:
        kept = [shown_loose(value) for value in fields]
    return ",".join(kept)[:MAX_RAW]
