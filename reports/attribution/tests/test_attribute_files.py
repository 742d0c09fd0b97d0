"""manage.py attribute_files: every credit row against the slow reference, and on real data."""

import csv
import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from reports.attribution.tests.reference import Conversion, Listing, Touchpoint, World
from reports.attribution.tests.worlds import together, world

WORLDS = [world(seed) for seed in range(500)]
REAL = settings.BASE_DIR.parent / "shared" / "data"
Rows = list[dict[str, Any]]
Run = Callable[..., tuple[Rows, Rows, dict[str, Any]]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Attribute the files of a folder; return credit, conversions and summary."""

    def attribute(folder: Path, *more: str) -> tuple[Rows, Rows, dict[str, Any]]:
        out = tmp_path / "out"
        paths = [
            f"--{name}={next(folder.glob(f'{name}.*'))}"
            for name in ("touchpoints", "conversions", "listings")
        ]
        call_command("attribute_files", *paths, f"--out={out}", "--json", *more)
        summary = json.loads((out / "summary.json").read_text())
        credit = pq.read_table(out / "credit.parquet").to_pylist()
        return credit, pq.read_table(out / "conversions.parquet").to_pylist(), summary

    return attribute


def table(kind: type, rows: Iterable[Any]) -> pa.Table:
    at, text = pa.timestamp("us", "UTC"), pa.string()
    types = {"occurred_at": at, "live_from": at, "live_to": at, "value_fen": pa.int64()}
    schema = pa.schema([(field.name, types.get(field.name, text)) for field in fields(kind)])
    return pa.Table.from_pylist([asdict(row) for row in rows], schema=schema)


def tables(made: World) -> dict[str, pa.Table]:
    return {
        "touchpoints": table(Touchpoint, made.touchpoints),
        "conversions": table(Conversion, made.conversions),
        "listings": table(Listing, made.listings),
    }


def as_parquet(folder: Path, made: World) -> Path:
    for name, rows in tables(made).items():
        pq.write_table(rows, folder / f"{name}.parquet")
    return folder


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


def as_csv_in(folder: Path, made: World) -> Path:
    folder.mkdir()
    return as_csv(folder, made)


def compare(rows: Rows, expected: set[tuple[object, ...]]) -> None:
    assert sorted(repr(tuple(row.values())) for row in rows) == sorted(map(repr, expected))


@pytest.mark.parametrize("window_days", [1, 7, 15, 30])
def test_every_credit_row_is_what_the_reference_says(
    tmp_path: Path, run: Run, window_days: int
) -> None:
    credit, levels, _ = run(as_parquet(tmp_path, together(WORLDS)), f"--window-days={window_days}")
    compare(credit, {row for w in WORLDS for row in w.credit(window_days)})
    compare(
        levels,
        {
            (c.event_id, match.level if match else None, len(match.credited) if match else 0)
            for w in WORLDS
            for c in w.conversions
            for match in [w.match(c, window_days)]
        },
    )


def test_the_worlds_hold_every_level_and_refunds_of_each() -> None:
    rows = {(row[5], str(row[0])[0]) for w in WORLDS for row in w.credit()}
    assert rows == {(level, k) for level in ("product", "store", "click_id") for k in "cr"}


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


def test_a_hundred_fen_over_three_equal_touchpoints_is_33_33_34(tmp_path: Path, run: Run) -> None:
    (tmp_path / "touchpoints.csv").write_text(
        "event_id,occurred_at,user_id,note_id,kind\n"
        "t1,2026-01-01T00:00:00Z,u,n,view\n"
        "t2,2026-01-02T00:00:00Z,u,n,view\n"
        "t3,2026-01-03T00:00:00Z,u,n,view\n"
    )
    (tmp_path / "conversions.csv").write_text(
        "event_id,occurred_at,user_id,store_id,product_id,kind,value_fen\n"
        "c1,2026-01-04T00:00:00Z,u,s,p,order,100\n"
    )
    (tmp_path / "listings.csv").write_text(
        "listing_id,note_id,product_id,store_id,live_from,live_to\nl,n,p,s,1970-01-01T00:00:00Z,\n"
    )
    credit, _, _ = run(tmp_path, "--models=linear")
    assert [(row["touchpoint_id"], row["value_fen"]) for row in credit] == [
        ("t1", 33),
        ("t2", 33),
        ("t3", 34),
    ]


def test_the_same_row_again_counts_once_and_the_last_version_wins(tmp_path: Path, run: Run) -> None:
    made = together(WORLDS[:50])
    again = World(made.touchpoints * 2, made.conversions * 2, made.listings * 2)
    once = run(as_parquet(tmp_path, made))
    twice = run(as_parquet(tmp_path, again))
    assert twice[:2] == once[:2]
    assert twice[2]["rows"]["touchpoints"]["duplicate"] == len(made.touchpoints)


def as_numbers(made: World) -> tuple[World, World]:
    """The world with numbers for ids of touchpoints and listings: as numbers, and as their text."""
    touchpoints = {t.event_id: 7919 * k % 20_011 + 1 for k, t in enumerate(made.touchpoints)}
    names = sorted({listing.listing_id for listing in made.listings})
    listings = {name: 7919 * k % 2003 + 1 for k, name in enumerate(names)}
    wrong = 10**6

    def world_of(number: Callable[[int], Any]) -> World:
        return World(
            [
                replace(
                    t,
                    event_id=number(touchpoints[t.event_id]),
                    listing_id=t.listing_id and number(listings.get(t.listing_id, wrong)),
                )
                for t in made.touchpoints
            ],
            [
                replace(c, click_id=c.click_id and number(touchpoints.get(c.click_id, wrong)))
                for c in made.conversions
            ],
            [replace(x, listing_id=number(listings[x.listing_id])) for x in made.listings],
        )

    return world_of(int), world_of(str)


def test_ids_that_are_integers_in_parquet_order_as_numbers(tmp_path: Path, run: Run) -> None:
    numbers, texts = as_numbers(together(WORLDS[:150]))
    for name, rows in tables(texts).items():
        for column in ("event_id", "listing_id", "click_id"):
            if column in rows.schema.names and (name, column) != ("conversions", "event_id"):
                at = rows.schema.get_field_index(column)
                rows = rows.set_column(at, column, rows[column].cast(pa.int64()))
        pq.write_table(rows, tmp_path / f"{name}.parquet")
    expected = {(row[0], str(row[1]), row[2], str(row[3]), *row[4:]) for row in numbers.credit()}
    as_text = texts.credit()
    assert expected != as_text
    compare(run(tmp_path)[0], expected)
    compare(run(as_csv_in(tmp_path / "csv", texts))[0], as_text)


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


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ({"touchpoints": "/nowhere.csv"}, "/nowhere.csv: there is no such file."),
        ({"models": "linear,shapley"}, "no model 'shapley'"),
        ({"window-days": "0"}, "a window is 1 to 90 days"),
        ({"engine": "abacus"}, "invalid choice: 'abacus'"),
    ],
)
def test_a_wrong_argument_is_told_in_one_sentence(
    tmp_path: Path, broken: dict[str, str], sentence: str
) -> None:
    files = as_parquet(tmp_path, together(WORLDS[:3]))
    paths = {n: str(files / f"{n}.parquet") for n in ("touchpoints", "conversions", "listings")}
    options = {**paths, "out": str(tmp_path / "out"), **broken}
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("attribute_files", *(f"--{name}={value}" for name, value in options.items()))
    assert not (tmp_path / "out").exists()
    assert getattr(refused.value, "returncode", 2) in (1, 2)


def test_a_broken_file_leaves_what_was_there(tmp_path: Path, run: Run) -> None:
    files = as_parquet(tmp_path, together(WORLDS[:10]))
    run(files)
    before = (tmp_path / "out" / "credit.parquet").read_bytes()
    (files / "listings.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(CommandError, match=r"listings\.parquet: The file is damaged"):
        run(files)
    assert (tmp_path / "out" / "credit.parquet").read_bytes() == before
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "conversions.parquet", "credit.parquet", "summary.json",
    ]  # fmt: skip
