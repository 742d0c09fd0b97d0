"""manage.py attribute_files: every credit row against the slow reference, and on real data."""

import csv
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from reports.attribution.tests.bare_files import WORLDS, Rows, Run, run
from reports.attribution.tests.in_files import as_parquet
from reports.attribution.tests.reference import World
from reports.attribution.tests.worlds import together

__all__ = ["run"]


def write(folder: Path, readers: str, *conversions: str) -> None:
    """A read of note n by each of these readers, a day apart, then conversions of product p."""
    touches = [
        f"t{day},2026-01-0{day}T00:00:00Z,{reader},n,view" for day, reader in enumerate(readers, 1)
    ]
    lines = {
        "touchpoints": ["event_id,occurred_at,user_id,note_id,kind", *touches],
        "conversions": [
            "event_id,occurred_at,user_id,store_id,product_id,kind,order_id,value_fen,refund_of",
            *conversions,
        ],
        "listings": [
            "listing_id,note_id,product_id,store_id,live_from,live_to",
            "l,n,p,s,1970-01-01T00:00:00Z,",
            "m,n,p,r,1970-01-01T00:00:00Z,",
        ],
    }
    for name, rows in lines.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")


def shares(rows: Rows, conversion: str) -> list[int]:
    return [row["value_fen"] for row in rows if row["conversion_id"] == conversion]


def test_a_hundred_fen_over_three_equal_touchpoints_is_33_33_34(tmp_path: Path, run: Run) -> None:
    write(tmp_path, "uuu", "c1,2026-01-04T00:00:00Z,u,s,p,order,,100,")
    assert shares(run(tmp_path, "--models=linear")[0], "c1") == [33, 33, 34]


def test_an_order_refunded_in_parts_leaves_nothing_anywhere(tmp_path: Path, run: Run) -> None:
    """The second part was sent first; what was sold later takes back what was given."""
    write(
        tmp_path, "uuu",
        "r2,2026-01-07T00:00:00Z,,s,p,refund,,50,c1",
        "r1,2026-01-06T00:00:00Z,,s,p,refund,,50,c1",
        "c1,2026-01-05T00:00:00Z,u,s,p,order,,100,",
    )  # fmt: skip
    credit, _, summary = run(tmp_path)
    linear = [row for row in credit if row["model"] == "linear"]
    found = [shares(linear, name) for name in ("c1", "r1", "r2")]
    assert found == [[33, 33, 34], [-16, -17, -17], [-17, -16, -17]]
    left: Counter[tuple[str, str]] = Counter()
    for row in credit:
        left[row["model"], row["touchpoint_id"]] += row["value_fen"]
    assert set(left.values()) == {0}
    assert summary["refunded_more_than_sold"] == {"refunds": 0, "value_fen": 0}


def test_a_part_may_give_a_touchpoint_a_fen_back(tmp_path: Path, run: Run) -> None:
    """Two fen over five are 0, 0, 1, 0, 1 and three are 0, 1, 0, 1, 1."""
    write(
        tmp_path, "uuuuu",
        "c1,2026-01-06T00:00:00Z,u,s,p,order,,3,",
        *(f"r{k},2026-01-07T00:00:00Z,,s,p,refund,,1,c1" for k in range(3)),
    )  # fmt: skip
    credit = run(tmp_path, "--models=linear")[0]
    assert shares(credit, "c1") == [0, 1, 0, 1, 1]
    parts = [shares(credit, f"r{k}") for k in range(3)]
    assert parts == [[0, 0, 0, 0, -1], [0, 0, -1, 0, 0], [0, -1, 1, -1, 0]]


def test_what_is_refunded_beyond_an_order_is_nobodys(tmp_path: Path, run: Run) -> None:
    write(
        tmp_path, "uuu",
        "c1,2026-01-05T00:00:00Z,u,s,p,order,,100,",
        "r1,2026-01-06T00:00:00Z,,s,p,refund,,70,c1",
        "r2,2026-01-07T00:00:00Z,,s,p,refund,,,c1",
        "r3,2026-01-08T00:00:00Z,,s,p,refund,,70,c1",
        "r4,2026-01-09T00:00:00Z,,s,p,refund,,1,c1",
    )  # fmt: skip
    credit, _, summary = run(tmp_path, "--models=linear")
    assert [sum(shares(credit, name)) for name in ("c1", "r1", "r3", "r4")] == [100, -70, -30, 0]
    assert shares(credit, "r2") == [None, None, None]
    assert summary["refunded_more_than_sold"] == {"refunds": 2, "value_fen": 41}


def test_a_refund_names_a_line_or_the_number_of_an_order_of_one(tmp_path: Path, run: Run) -> None:
    write(
        tmp_path, "uuu",
        "line-1,2026-01-05T00:00:00Z,u,s,p,order,two,60,",
        "line-2,2026-01-05T00:00:00Z,u,s,p,order,two,40,",
        "line-3,2026-01-05T00:00:00Z,u,s,p,order,one,50,",
        "r1,2026-01-06T00:00:00Z,,s,p,refund,two,10000,two",
        "r2,2026-01-06T00:00:00Z,,s,p,refund,one,50,one",
        "r3,2026-01-06T00:00:00Z,,s,p,refund,two,40,line-2",
        "r4,2026-01-06T00:00:00Z,,r,p,refund,one,7,one",
    )  # fmt: skip
    credit, conversions, summary = run(tmp_path, "--models=linear")
    assert [sum(shares(credit, name)) for name in ("r1", "r2", "r3")] == [0, -50, -40]
    levels = {row["conversion_id"]: row["level"] for row in conversions}
    assert [levels[f"r{k}"] for k in range(1, 5)] == [None, "product", "product", None]
    assert summary["refunds_without_an_order"] == {"refunds": 2, "value_fen": 10007}


def test_two_stores_number_their_orders_alike(tmp_path: Path, run: Run) -> None:
    """And a refund is of its own store's."""
    write(
        tmp_path, "uv",
        "1001,2026-01-05T00:00:00Z,u,s,p,order,,60,",
        "1001,2026-01-05T00:00:00Z,v,r,p,order,,40,",
        "r1,2026-01-06T00:00:00Z,u,r,p,refund,,40,1001",
    )  # fmt: skip
    credit, conversions, summary = run(tmp_path, "--models=linear")
    assert [(row["store_id"], row["conversion_id"]) for row in conversions] == [
        ("r", "1001"), ("r", "r1"), ("s", "1001"),
    ]  # fmt: skip
    assert [(row["store_id"], row["touchpoint_id"], row["value_fen"]) for row in credit] == [
        ("r", "t2", 40), ("r", "t2", -40), ("s", "t1", 60),
    ]  # fmt: skip
    assert summary["rows"]["conversions"]["accepted"] == 3


def test_the_same_row_again_counts_once(tmp_path: Path, run: Run) -> None:
    made = together(WORLDS[:50])
    again = World(made.touchpoints * 2, made.conversions * 2, made.listings * 2)
    once = run(as_parquet(tmp_path, made))
    twice = run(as_parquet(tmp_path, again))
    assert twice[:2] == once[:2]
    assert twice[2]["rows"]["touchpoints"]["duplicate"] == len(made.touchpoints)


def test_of_two_contents_of_a_key_the_newer_holds_or_both_are_set_aside(
    tmp_path: Path, run: Run
) -> None:
    """As ingest does it: by `revised_at`; and no correction makes an event another kind."""
    write(tmp_path, "uuu")
    head = "event_id,occurred_at,user_id,store_id,product_id,kind,value_fen,revised_at"
    rows = [
        head,
        "new,2026-01-05T00:00:00Z,u,s,p,order,20,2026-01-07T00:00:00Z",
        "new,2026-01-05T00:00:00Z,u,s,p,order,10,2026-01-06T00:00:00Z",
        "who,2026-01-05T00:00:00Z,u,s,p,order,30,",
        "who,2026-01-05T00:00:00Z,u,s,p,order,40,",
        "kind,2026-01-05T00:00:00Z,u,s,p,order,50,2026-01-06T00:00:00Z",
        "kind,2026-01-05T00:00:00Z,u,s,p,presale_deposit,50,2026-01-07T00:00:00Z",
        "who,2026-01-05T00:00:00Z,u,r,p,order,60,",
    ]
    (tmp_path / "conversions.csv").write_text("\n".join(rows) + "\n")
    credit, conversions, summary = run(tmp_path, "--models=first_touch")
    assert [(row["store_id"], row["conversion_id"], row["value_fen"]) for row in credit] == [
        ("r", "who", 60), ("s", "kind", 50), ("s", "new", 20),
    ]  # fmt: skip
    assert len(conversions) == 3
    assert summary["rows"]["conversions"] == {
        "sent": 7, "accepted": 4, "duplicate": 0, "corrected": 1, "conflicting": 2,
        "quarantined": 3,
        "quarantined_by_reason": {"event_id: conflict": 2, "kind: kind_changed": 1},
    }  # fmt: skip


def test_files_of_a_folder_are_one_sending(tmp_path: Path, run: Run) -> None:
    """Their names do not tell which is newer."""
    write(tmp_path, "u")
    folder = tmp_path / "conversions.csv"
    head = "event_id,occurred_at,user_id,store_id,product_id,kind,value_fen\n"
    folder.unlink()
    folder.mkdir()
    for name, value in (("a", 10), ("b", 20)):
        (folder / f"{name}.csv").write_text(
            f"{head}c1,2026-01-05T00:00:00Z,u,s,p,order,{value}\n"
            f"c2,2026-01-05T00:00:00Z,u,s,p,order,5\n"
        )
    credit, _, summary = run(tmp_path, "--models=linear")
    assert [row["conversion_id"] for row in credit] == ["c2"]
    counted = summary["rows"]["conversions"]
    assert (counted["sent"], counted["duplicate"], counted["conflicting"]) == (4, 1, 2)


def test_ids_are_text_also_where_parquet_has_them_as_integers(tmp_path: Path, run: Run) -> None:
    """So 10 comes before 9, whatever the file they came in."""
    (tmp_path / "csv").mkdir()
    (tmp_path / "parquet").mkdir()
    first, then = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
    read = {"occurred_at": first, "user_id": "u", "note_id": 1, "kind": "view"}
    order = {"event_id": 1, "occurred_at": then, "user_id": "u", "kind": "order", "value_fen": 100}
    shelf = {"note_id": 1, "product_id": 1, "store_id": 1, "live_from": first, "live_to": None}
    files = {
        "touchpoints": [{"event_id": k, **read} for k in (9, 10, 100)],
        "conversions": [{**order, "product_id": 1, "store_id": 1}],
        "listings": [{"listing_id": k, **shelf} for k in (9, 10)],
    }
    for name, rows in files.items():
        made = pa.Table.from_pylist(rows)
        pq.write_table(made, tmp_path / "parquet" / f"{name}.parquet")
        with (tmp_path / "csv" / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, made.schema.names)
            writer.writeheader()
            writer.writerows(rows)
    credit = run(tmp_path / "parquet", "--models=linear")[0]
    assert [(row["touchpoint_id"], row["listing_id"], row["value_fen"]) for row in credit] == [
        ("10", "10", 33), ("100", "10", 33), ("9", "10", 34)
    ]  # fmt: skip
    assert run(tmp_path / "csv", "--models=linear")[0] == credit


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
