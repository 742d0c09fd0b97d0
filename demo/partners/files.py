"""The files that partners send: of several formats, with repeated rows and some that are broken.

How many rows of a file are duplicates or broken is known here, because they are put in here.
"""

import csv
import gzip
import io
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from demo.plan.period import BUSINESS_ZONE, LEAD, Period

# Cautious partners send the last rows of a file again, this share of them.
REPEATED = 0.004
LEAST_REPEATED = 3
TOUCHPOINT_FILES = 3
# A sender speaks of a year at most.
LONGEST = timedelta(days=365)
# One broken row per so many; each way of being broken at least once.
ROWS_PER_BROKEN = 2_000
BROKEN_TOUCHPOINTS: Sequence[Mapping[str, object]] = (
    {"occurred_at": None},
    {"occurred_at": "31/12/2025 8:00"},
    {"occurred_at": "1970-01-01T00:00:00Z"},
    {"occurred_at": "2999-01-01T00:00:00Z"},
    {"kind": "teleport"},
    {"note_id": None},
    {"user_id": None},
)
BROKEN_CONVERSIONS: Sequence[Mapping[str, object]] = (
    {"occurred_at": None},
    {"kind": "dream"},
    {"store_id": None},
    {"value_fen": -500},
    {"value_fen": 10**18},
)


@dataclass(frozen=True)
class WrittenFile:
    """A file and what becomes of its rows. `uploader` is a merchant's slug, empty for a partner.

    `whole` are the first and the last day of which its sender says that the file has all rows.
    """

    source: str
    path: Path
    sent: int
    duplicate: int
    quarantined: int
    uploader: str = ""
    whole: tuple[date, date] | None = None

    @property
    def manifest(self) -> dict[str, object]:
        """What its sender says of it."""
        if self.whole is None:
            return {}
        return {"period": [day.isoformat() for day in self.whole], "is_whole": True}

    @property
    def accepted(self) -> int:
        return self.sent - self.duplicate - self.quarantined

    def as_json(self) -> dict[str, object]:
        """As it stands in the truth file."""
        told = {**vars(self), "path": self.path.name, "accepted": self.accepted}
        del told["whole"]
        return told


class Writer:
    """Writes the files of one world into `folder`."""

    def __init__(self, folder: Path, *, seed: int) -> None:
        self.folder = folder
        self.dice = random.Random(f"{seed}:files")  # noqa: S311

    def touchpoints(self, table: pa.Table, period: Period) -> Iterator[WrittenFile]:
        """The community's files, a stretch of days each; the newest one is CSV and has faults."""
        days = -(-len(period.days) // TOUCHPOINT_FILES)
        repeated = table.slice(0, 0)
        for place in range(TOUCHPOINT_FILES):
            since = period.starts_at + timedelta(days=days * place)
            rows = _between(table, since, since + timedelta(days=days))
            name = f"touchpoints-{since:%Y%m%d}"
            sent = pa.concat_tables([repeated, rows])
            if place < TOUCHPOINT_FILES - 1:
                file = self._parquet("community", name, sent, duplicate=len(repeated))
            else:
                file = self._csv(
                    "community", name, sent, BROKEN_TOUCHPOINTS, duplicate=len(repeated)
                )
            yield replace(file, whole=_whole(period, sent, place, days))
            repeated = _tail(rows)

    def conversions(
        self, tables: Mapping[str, pa.Table], *, own_store: str, uploader: str, period: Period
    ) -> Iterator[WrittenFile]:
        """Each marketplace's file; the newest rows of `own_store` are in a file of `uploader`."""
        for source, table in tables.items():
            repeated = _tail(table)
            sent = pa.concat_tables([table, repeated])
            whole = (max(period.first_on - LEAD, period.last_on - LONGEST), period.last_on)
            if source == "taobao_tmall":
                file = self._parquet(source, source, sent, duplicate=len(repeated))
                yield replace(file, whole=whole)
            elif source == "in_app":
                yield from self._in_app(table, own_store, uploader, period)
            elif source == "jd":
                file = self._csv(source, source, sent, BROKEN_CONVERSIONS, duplicate=len(repeated))
                yield replace(file, whole=whole)
            else:
                file = self._json_lines(source, sent, duplicate=len(repeated))
                yield replace(file, whole=whole)

    def _in_app(
        self, table: pa.Table, own_store: str, uploader: str, period: Period
    ) -> Iterator[WrittenFile]:
        """Of the newest days nobody says that they are whole: they stay open."""
        newest = max(2, len(period.days) // 6)
        since = period.ends_at - timedelta(days=newest)
        mine = pc.and_(
            pc.equal(table["store_id"], own_store),
            pc.greater_equal(table["occurred_at"], pa.scalar(since)),
        )
        foreign = table.filter(pc.not_equal(table["store_id"], own_store)).slice(0, 2)
        renamed = foreign.set_column(
            0, "event_id", pa.array([f"mistake-{i}" for i in range(len(foreign))], pa.string())
        )
        theirs = table.filter(pc.invert(mine))
        older = self._csv(
            "in_app", "in_app", _between(theirs, period.settles_at, since), (), duplicate=0
        )
        closed = (
            max(period.first_on - LEAD, period.last_on - LONGEST),
            period.last_on - timedelta(days=newest),
        )
        yield replace(older, whole=closed)
        if len(open_rows := _between(theirs, since, period.ends_at)):
            yield self._csv("in_app", "in_app-newest", open_rows, (), duplicate=0)
        uploaded = self._csv(
            "in_app", f"orders-{uploader}", pa.concat_tables([table.filter(mine), renamed]), (),
            duplicate=0,
        )  # fmt: skip
        yield replace(uploaded, quarantined=len(foreign), uploader=uploader)

    def _parquet(self, source: str, name: str, table: pa.Table, *, duplicate: int) -> WrittenFile:
        path = self.folder / f"{name}.parquet"
        pq.write_table(table, path, compression="zstd")
        return WrittenFile(source, path, len(table), duplicate, 0)

    def _csv(
        self,
        source: str,
        name: str,
        table: pa.Table,
        faults: Sequence[Mapping[str, object]],
        *,
        duplicate: int,
    ) -> WrittenFile:
        broken = self._broken(table, faults)
        text = io.BytesIO()
        pacsv.write_csv(_with_text_times(table), text)
        header, *lines = text.getvalue().decode().splitlines()
        for row in broken:
            lines.insert(self.dice.randrange(len(lines) + 1), _csv_line(row.values()))
        path = self.folder / f"{name}.csv.gz"
        _pack(path, [header, *lines])
        return WrittenFile(source, path, len(lines), duplicate, len(broken))

    def _json_lines(self, source: str, table: pa.Table, *, duplicate: int) -> WrittenFile:
        rows = _with_text_times(table).to_pylist()
        broken = self._broken(table, BROKEN_CONVERSIONS)
        for row in broken:
            rows.insert(self.dice.randrange(len(rows) + 1), row)
        path = self.folder / f"{source}.jsonl.gz"
        _pack(path, [json.dumps(row, ensure_ascii=False) for row in rows])
        return WrittenFile(source, path, len(rows), duplicate, len(broken))

    def _broken(
        self, table: pa.Table, faults: Sequence[Mapping[str, object]]
    ) -> list[dict[str, object]]:
        """Copies of rows of `table`, each under a new id and with one fault; of none, none."""
        wanted = max(len(faults), len(table) // ROWS_PER_BROKEN)
        count = wanted if faults and len(table) else 0
        places = [self.dice.randrange(len(table)) for _ in range(count)]
        rows = _with_text_times(table.take(pa.array(places, pa.int64()))).to_pylist()
        return [
            {**row, "event_id": f"{row['event_id']}-broken-{i}", **faults[i % len(faults)]}
            for i, row in enumerate(rows)
        ]


def _whole(period: Period, sent: pa.Table, place: int, days: int) -> tuple[date, date] | None:
    """The days of a community's file: those of its stretch, the days before the first event with
    the first, and before them the ones of which it repeats rows.
    """
    first_on = period.first_on + timedelta(days=days * place)
    last_on = min(first_on + timedelta(days=days - 1), period.last_on)
    if first_on > last_on:
        return None
    if not place:
        return first_on - LEAD, last_on
    earliest = pc.min(sent["occurred_at"]).as_py()
    return min(
        first_on, earliest.astimezone(BUSINESS_ZONE).date() if earliest else first_on
    ), last_on


def _between(table: pa.Table, since: datetime, until: datetime) -> pa.Table:
    times = table["occurred_at"]
    return table.filter(
        pc.and_(pc.greater_equal(times, pa.scalar(since)), pc.less(times, pa.scalar(until)))
    )


def _tail(table: pa.Table) -> pa.Table:
    count = min(len(table), max(LEAST_REPEATED, round(len(table) * REPEATED)))
    return table.slice(len(table) - count)


def _with_text_times(table: pa.Table) -> pa.Table:
    """The same table with wall clock times of the business zone, as partners write them."""
    local = table["occurred_at"].cast(pa.timestamp("us", tz=str(BUSINESS_ZONE)))
    text = pc.binary_join_element_wise(pc.strftime(local, "%Y-%m-%dT%H:%M:%S"), "+08:00", "")
    place = table.column_names.index("occurred_at")
    return table.set_column(place, "occurred_at", text)


def _csv_line(values: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(
        ["" if value is None else str(value).lower() if isinstance(value, bool) else value
         for value in values]
    )  # fmt: skip
    return line.getvalue()


def _pack(path: Path, lines: Sequence[str]) -> None:
    """`lines` as gzip; the same lines always give the same bytes."""
    text = "".join(f"{line}\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode(), compresslevel=4, mtime=0))
