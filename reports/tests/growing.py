"""Files that are small until somebody reads them, as a merchant may send them."""

import gzip
import json
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

HEAD = "event_id,occurred_at,user_id,note_id,kind\n"
AT = "2026-01-31T08:00:00+08:00"

Write = Callable[[Path, int], None]


def packed(lines: Callable[[int], Iterator[str]], head: str = HEAD) -> Write:
    """A file of gzip with these lines."""

    def write(path: Path, rows: int) -> None:
        with gzip.open(path, "wt", compresslevel=6) as file:
            file.writelines(chain([head], lines(rows)))

    return write


def one_row(rows: int) -> Iterator[str]:
    return repeat(f"t1,{AT},u1,n1,click\n", rows)


def distinct(rows: int) -> Iterator[str]:
    return (f"t{at},{AT},u{at},n1,click\n" for at in range(rows))


def other_contents(rows: int) -> Iterator[str]:
    """A hundred keys, each again and again with another content."""
    return (f"t{at % 100},{AT},u{at},n1,click\n" for at in range(rows))


def other_days(rows: int) -> Iterator[str]:
    """One key that leaves a day with each row."""
    return (f"t1,2026-01-{1 + at % 28:02}T08:00:00Z,u1,n1,click\n" for at in range(rows))


def bad_rows(rows: int) -> Iterator[str]:
    return repeat("t1,yesterday,u1,n1,click\n", rows)


def broken_rows(rows: int) -> Iterator[str]:
    return repeat("x\n", rows)


def open_quotes(rows: int) -> Iterator[str]:
    return repeat(f'"t1,{AT},u1,n1,click\n', rows)


def wide(path: Path, rows: int) -> None:
    """As many columns as rows, in ten lines."""
    names = ",".join(f"c{at}" for at in range(rows))
    line = f"t1,{AT},u1,n1,click,{',' * (rows - 1)}\n"
    packed(lambda _: repeat(line, 10), f"{HEAD.strip()},{names}\n")(path, rows)


def long_lines(path: Path, rows: int) -> None:
    packed(lambda _: repeat("x" * 10 * rows, 1))(path, rows)


def deep_json(path: Path, rows: int) -> None:
    packed(lambda _: repeat('{"event_id":' + "[" * rows + "\n", 10), "")(path, rows)


def wide_json(path: Path, rows: int) -> None:
    """One object with as many names as rows."""
    row = json.dumps({f"c{at}": at for at in range(rows)})
    packed(lambda _: repeat(row + "\n", 10), "")(path, rows)


def bomb(path: Path, rows: int) -> None:
    with gzip.open(path, "wb") as file:
        for _ in range(rows // 1000):
            file.write(b"\n" * (1 << 20))


def parquet(path: Path, rows: int) -> None:
    """Values that a dictionary keeps once."""
    table = pa.table({name: pa.repeat("x" * 150, rows) for name in HEAD.strip().split(",")})
    pq.write_table(table, path, compression="zstd")


FILES: dict[str, Write] = {
    **{
        lines.__name__: packed(lines)
        for lines in (
            one_row, distinct, other_contents, other_days, bad_rows, broken_rows, open_quotes,
        )
    },
    **{write.__name__: write for write in (wide, long_lines, deep_json, wide_json, bomb, parquet)},
}  # fmt: skip
