"""Random histories of events against a slow telling of the same rules, a row at a time."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reports.events.contract import CONVERSIONS
from reports.events.merge import Merged, merge
from reports.events.parts import DayParts
from reports.events.queries import Queries
from reports.events.stamp import schema

START = datetime(2026, 1, 1, tzinfo=UTC)
SCHEMA = schema(CONVERSIONS)
Row = dict[str, Any]
HISTORIES, FILES, KEYS = 60, 5, 12


def rows_of(random: Random, history: int) -> list[Row]:
    """A file: few keys, contents, days and moments, so that all of them meet."""
    return [
        {
            "event_id": f"{history}-{random.randrange(KEYS)}",
            "store_id": "s1",
            "kind": random.choice(("order",) * 9 + ("cart",)),
            "value_fen": random.randrange(2),
            "occurred_at": START + timedelta(days=random.randrange(2)),
            "revised_at": random.choice((None, *(START + timedelta(days=k) for k in range(3)))),
        }
        for _ in range(random.randrange(1, 20))
    ]


@dataclass
class Told:
    """What the rules say, event by event."""

    stored: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def file(self, rows: list[Row]) -> dict[str, int]:
        """Take a file; how many rows became what."""
        became = {"accepted": 0, "duplicate": 0, "corrected": 0, "conflict": 0, "kind_changed": 0}
        by_key: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_key[row["event_id"]].append(row)
        for key, same in by_key.items():
            self._event(self.stored[key], same, became)
        return became

    def _event(self, stored: list[Row], rows: list[Row], became: dict[str, int]) -> None:
        if conflicting(rows):
            became["conflict"] += len(rows)
            return
        standing = max(stored, key=lambda row: row["version"], default=None)
        rows = sorted(rows, key=lambda row: row["revised_at"] or datetime.min.replace(tzinfo=UTC))
        kind = standing["kind"] if standing else rows[0]["kind"]
        last, here = standing, list(stored)
        older = [content(one) for one in stored]
        for row in rows:
            if row["kind"] != kind:
                became["kind_changed"] += 1
                continue
            if standing is None or newer(row, standing):
                if last is not None and content(row) == content(last):
                    became["duplicate"] += 1
                    continue
                row["version"] = max((s["version"] for s in here), default=0) + 1
                became["corrected"] += row["version"] > 1
                last = row
            else:
                if content(row) in [
                    content(one) for one in here if one["version"] <= 0 or one in stored
                ]:
                    became["duplicate"] += 1
                    continue
                row["version"] = min(one["version"] for one in here) - 1
                older.append(content(row))
            here.append(row)
            stored.append(row)
            became["accepted"] += 1

    def standing(self) -> dict[str, Any]:
        found = {}
        for key, rows in self.stored.items():
            if rows:
                top = max(rows, key=lambda row: row["version"])
                found[key] = (*content(top), top["version"])
        return found


def content(row: Row) -> tuple[Any, ...]:
    return (row["kind"], row["value_fen"], row["occurred_at"], row["revised_at"])


def conflicting(rows: list[Row]) -> bool:
    values = {content(row)[:3] for row in rows}
    if len(values) == 1:
        return False
    if any(row["revised_at"] is None for row in rows):
        return True
    moments = {(row["revised_at"], content(row)[:3]) for row in rows}
    return len({moment for moment, _ in moments}) < len(moments)


def newer(row: Row, standing: Row) -> bool:
    for moment in ("revised_at", "produced_at"):
        one, other = row[moment], standing[moment]
        if one is not None and other is not None and one != other:
            return bool(one > other)
    return bool(row["batch_id"] >= standing["batch_id"])


def stamp(rows: list[Row], *, batch_id: int, produced_at: datetime | None) -> pa.Table:
    for line, row in enumerate(rows, 2):
        row |= {"line": line, "batch_id": batch_id, "produced_at": produced_at, "version": 1}
        row |= {"source": "jd"}
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def judged(table: pa.Table, lake: list[Path], folder: Path) -> tuple[Merged, list[Path]]:
    folder.mkdir()
    parts = DayParts(folder, "jd.1.1")
    parts.add(table)
    out = folder / "merged"
    made = parts.close()
    merged = merge(
        CONVERSIONS, folder=folder, parts=made, before=[str(one) for one in lake], out=out
    )
    files = [out / part if (out / part).exists() else folder / part for part in merged.parts]
    return merged, files


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_histories_end_as_the_rules_say(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    told = Told()
    lake: list[Path] = []
    batches = random.sample(range(1, 100), FILES)
    for at, batch_id in enumerate(batches):
        produced_at = random.choice((None, START, START + timedelta(days=1)))
        rows = [row for history in range(HISTORIES) for row in rows_of(random, history)]
        table = stamp(rows, batch_id=batch_id, produced_at=produced_at)
        became = told.file(rows)
        merged, files = judged(table, lake, tmp_path / str(at))
        quarantined = {k: v for k in ("conflict", "kind_changed") if (v := became[k])}
        assert (merged.duplicate, merged.corrected) == (became["duplicate"], became["corrected"])
        assert merged.quarantined == quarantined
        marks = sum(rows for part, rows in merged.parts.items() if "-left-" in part)
        assert sum(merged.parts.values()) - marks == became["accepted"]
        lake += files
    stored = pa.concat_tables([pq.read_table(file, schema=SCHEMA) for file in lake]).to_pylist()
    found: dict[str, Any] = {}
    for row in sorted(stored, key=lambda row: row["version"]):
        if row["kind"] is not None:
            found[row["event_id"]] = (*content(row), row["version"])
    assert found == told.standing()
    kept = [row for row in stored if row["kind"] is not None]
    assert len(kept) == sum(map(len, told.stored.values()))
    assert len({(row["event_id"], row["version"]) for row in kept}) == len(kept)


def two_contents(folder: Path) -> Merged:
    """What becomes of one order that a file gives two values, beside one that it gives one."""
    rows: list[Row] = [
        {"event_id": key, "store_id": "s1", "kind": "order", "value_fen": fen, "occurred_at": START,
         "revised_at": None}
        for key, fen in (("twice", 100), ("once", 200), ("twice", 300))
    ]  # fmt: skip
    merged, _files = judged(stamp(rows, batch_id=1, produced_at=START), [], folder / "batch")
    return merged


def test_two_contents_of_one_key_in_one_file_are_both_set_aside(tmp_path: Path) -> None:
    merged = two_contents(tmp_path)
    assert (sum(merged.parts.values()), merged.quarantined) == (1, {"conflict": 2})


def test_without_conflicts_the_later_line_would_win_by_chance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: no key conflicts, and both contents are taken for versions of one order."""
    text = Queries.text

    def without(queries: Queries, name: str) -> str:
        sql = text(queries, name)
        return f"FROM ({sql}) LIMIT 0" if name == "conflicts" else sql

    monkeypatch.setattr(Queries, "text", without)
    merged = two_contents(tmp_path)
    assert (sum(merged.parts.values()), merged.corrected, merged.quarantined) == (3, 1, {})
