"""A file in, judged chunks out: the one way events are read, for ingest and for bare files."""

import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from reports.events import csv_rows, jsonl_rows, parquet_rows
from reports.events.chunk import Chunk
from reports.events.contract import BadFile, Contract, Fault
from reports.events.rules import Checked, Rules
from reports.events.unknown import MOST_NAMED, Unknown, of_parquet
from reports.events.unpacking import Unpacked

THREADS = 2


class Reading:
    """One pass over a file. `unknown` tells of the columns that are not ours, once it is read.

    Iterating gives judged chunks in the order of the file; memory does not grow with the file.
    Raises BadFile, from the start or on the way, when the file cannot be taken as a whole. A file
    without rows is one, unless it `may_be_empty`.
    """

    def __init__(self, path: Path, rules: Rules, *, may_be_empty: bool = False) -> None:
        self.unknown: list[dict[str, Any]] = []
        self._unknown = Unknown()
        self._rules = rules
        self._may_be_empty = may_be_empty
        self._steps = self._opened(path)

    def __iter__(self) -> Iterator[Checked]:
        seen = 0
        for checked in _in_order(self._steps):
            seen += len(checked.accepted) + len(checked.rejected)
            self._unknown.add(checked.others)
            yield checked
        if not seen and not self._may_be_empty:
            raise BadFile(Fault.NO_ROWS)
        self.unknown = self._unknown.told(rows=seen)

    def _opened(self, path: Path) -> Iterator[Callable[[], Checked]]:
        try:
            return self._open(path)
        except BadFile as error:
            if self._may_be_empty and error.fault == Fault.EMPTY:
                return iter(())
            raise

    def _open(self, path: Path) -> Iterator[Callable[[], Checked]]:
        file = Unpacked(path)
        contract, check = self._rules.contract, self._rules.check
        match file.format:
            case "csv":
                header, blocks = csv_rows.blocks(file, contract)
                return (partial(_judge, check, csv_rows.parse, b, header) for b in blocks)
            case "jsonl":
                blocks = file.blocks()
                return (partial(_judge, check, jsonl_rows.parse, b, contract) for b in blocks)
            case _:
                parquet = _parquet(file, contract)
                names = parquet.schema_arrow.names
                others = [name for name in names if name not in contract.names]
                self._unknown.add(of_parquet(parquet, others[: MOST_NAMED + 1]))
                return (partial(check, c) for c in parquet_rows.chunks(parquet, contract))


def _judge(
    check: Callable[[Chunk], Checked], parse: Callable[..., Chunk], *given: object
) -> Checked:
    return check(parse(*given))


def _in_order(steps: Iterator[Callable[[], Checked]]) -> Iterator[Checked]:
    """Run the steps on a few threads, a bounded number ahead, and give their results in order."""
    with ThreadPoolExecutor(THREADS) as pool:
        ahead: deque[Future[Checked]] = deque()
        for step in steps:
            ahead.append(pool.submit(step))
            if len(ahead) > THREADS:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _parquet(file: Unpacked, contract: Contract) -> pq.ParquetFile:
    """A Parquet file is read from its end, so a packed one is unpacked to a nameless file."""
    if not file.packer:
        return parquet_rows.open_file(file.path, contract)
    with tempfile.NamedTemporaryFile(suffix=".parquet") as unpacked:
        while block := file.read():
            unpacked.write(block)
        unpacked.flush()
        return parquet_rows.open_file(Path(unpacked.name), contract)
