"""Bare files of worlds and of the real data sets: every row is what the reference says."""

import csv
import gzip
from pathlib import Path

import pytest
from django.conf import settings

from reports.attribution.tests.bare_files import WORLDS, Rows, Run, run
from reports.attribution.tests.in_files import as_parquet, tables, written
from reports.attribution.tests.reference import World
from reports.attribution.tests.worlds import CONVERSION_KINDS, together

__all__ = ["run"]
REAL = settings.BASE_DIR.parent / "shared" / "data"


def as_csv(folder: Path, made: World) -> Path:
    for name, rows in tables(made).items():
        with gzip.open(folder / f"{name}.csv.gz", "wt", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows.schema.names)
            writer.writeheader()
            for row in rows.to_pylist():
                writer.writerow(
                    {k: getattr(v, "isoformat", lambda v=v: v)() for k, v in row.items()}
                )
    return folder


def compare(rows: Rows, expected: set[tuple[object, ...]]) -> None:
    assert sorted(repr(tuple(row.values())) for row in rows) == sorted(map(repr, expected))


@pytest.mark.parametrize("window_days", [1, 7, 15, 30])
def test_every_credit_row_is_what_the_reference_says(
    tmp_path: Path, run: Run, window_days: int
) -> None:
    credit, levels, summary = run(
        as_parquet(tmp_path, together(WORLDS)), f"--window-days={window_days}"
    )
    compare(credit, {written(row) for w in WORLDS for row in w.credit(window_days)})
    compare(
        levels,
        {
            (
                c.store_id,
                c.event_id,
                match.level if match else None,
                len(match.credited) if match else 0,
            )
            for w in WORLDS
            for c in w.conversions
            for match in [w.match(c, window_days)]
        },
    )
    lost = [c.value_fen for w in WORLDS for c in w.conversions if w.kind(c) == "unknown_refund"]
    excess = [taken.excess_fen for w in WORLDS for taken in w.taken.values() if taken.excess_fen]
    assert summary["refunds_without_an_order"] == {
        "refunds": len(lost), "value_fen": sum(value or 0 for value in lost)
    }  # fmt: skip
    assert summary["refunded_more_than_sold"] == {"refunds": len(excess), "value_fen": sum(excess)}


def test_the_worlds_hold_every_level_and_refunds_of_each() -> None:
    rows = {(row.level, w.kind(row.conversion)) for w in WORLDS for row in w.credit()}
    kinds = {*CONVERSION_KINDS, "refund", "deposit_refund"}
    assert rows == {(level, kind) for level in ("product", "store", "click_id") for kind in kinds}


def test_the_worlds_hold_refunds_of_all_ways() -> None:
    """Parts of an order, within and beyond its value, and by its number."""
    taken = [taken for w in WORLDS for taken in w.taken.values()]
    assert any(t.before_fen and t.after_fen > t.before_fen and not t.excess_fen for t in taken)
    assert any(t.excess_fen and t.after_fen > t.before_fen for t in taken)
    assert any(t.order.value_fen is None and t.before_fen for t in taken)
    assert any(t.order.event_id != r.refund_of for w in WORLDS for r, t in w.taken.items())


def test_the_worlds_hold_named_clicks_of_ones_own_and_of_others_and_refunds_of_each() -> None:
    # None: the order has no user of its own.
    whose = {
        (match.order.user_id and match.order.user_id == match.click.user_id, c.event_id[0])
        for w in WORLDS
        for c in w.conversions
        for match in [w.match(c, 15)]
        if match and match.click
    }
    assert whose == {(mine, k) for mine in (None, False, True) for k in "cr"}


def test_csv_and_parquet_give_the_same_bytes(tmp_path: Path, run: Run) -> None:
    made = together(WORLDS[:50])
    (tmp_path / "csv").mkdir()
    assert run(as_csv(tmp_path / "csv", made))[:2] == run(as_parquet(tmp_path, made))[:2]


def real(name: str) -> Path:
    folder: Path = REAL / name
    if not folder.is_dir():
        pytest.skip(f"the real data is not here: {folder}")
    return folder


def test_taobao_2017(run: Run) -> None:
    credit, levels, summary = run(real("taobao-2017"))
    assert summary["rows"]["touchpoints"]["accepted"] == 78_228
    assert summary["rows"]["touchpoints"]["quarantined_by_reason"] == {"occurred_at: missing": 1}
    assert summary["matched"] == {"conversions": 4_488, "product": 1_700, "store": 2_788}
    assert len(levels) == 6_247
    assert {row["value_fen"] for row in credit} == {None}


def test_sessions_2019(run: Run) -> None:
    _, _, summary = run(real("sessions-2019"))
    rows = summary["rows"]["touchpoints"]
    assert (rows["accepted"], rows["quarantined"]) == (13_159, 145)
    assert summary["matched"] == {"conversions": 1_142, "product": 1_142}
    assert len(summary["models"]) == 5
    for total in summary["models"].values():
        assert (total["credit_micro"], total["value_fen"]) == (1_142_000_000, 114_200_000)
