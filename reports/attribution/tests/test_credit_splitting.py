"""Whatever the weights and the amounts, the shares of a conversion sum to the whole of it."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.attribution import engine
from reports.attribution.choices import Model
from reports.attribution.engine import QUERIES
from reports.attribution.weights import DECAY_SCALE
from reports.events.contract import MAX_VALUE_FEN

HOUR_US = 3_600_000_000
DAYS = 30
AGES = st.lists(st.integers(1, DAYS * 24 * HOUR_US), min_size=1, max_size=8)
PATHS = st.lists(
    st.tuples(st.none() | st.integers(0, MAX_VALUE_FEN), AGES, st.booleans()),
    min_size=1,
    max_size=5,
)
WEIGHTS = st.lists(st.integers(1, DECAY_SCALE), min_size=1, max_size=5)

TOUCHPOINT = "touchpoint_id touched_at user_id note_id kind listing_id boost_id"
CONVERSION = (
    "conversion source store_id event_id order_id refund_of converted_at user_id click_id"
    " product_id kind value_fen"
)
LISTING = "listing_id note_id product_id store_id live_from live_to"


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    work_dir = tmp_path_factory.mktemp("engine")
    with engine.session(reads=[], work_dir=work_dir) as opened:
        yield opened


@settings(max_examples=40, deadline=None)
@given(paths=PATHS, weights=WEIGHTS)
def test_credit_sums_to_the_amount_under_every_model(
    connection: duckdb.DuckDBPyConnection, paths: list[Any], weights: list[int]
) -> None:
    """The weights of time_decay are any of its integers here, hour by hour."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE decay AS SELECT hour AS hours,"
        " list_extract($1, 1 + hour % len($1)) AS weight FROM range($2) AS hours (hour)",
        [weights, DAYS * 24 + 1],
    )
    for name, table in relations(paths).items():
        connection.register(name, table)
    engine.prepare(connection, window_days=DAYS)
    engine.attribute(connection, window_days=DAYS, portions="bare/portions")
    credited: dict[tuple[str, str], list[tuple[int, int | None]]] = {}
    for _, conversion, _, model, _, _, _, credit_micro, value_fen in QUERIES.rows(
        connection, "bare/credit"
    ):
        if conversion[0] == "c":  # The order that a refund takes back has credit of its own.
            credited.setdefault((conversion, model), []).append((credit_micro, value_fen))
    assert set(credited) == {(f"c{k}", model) for k in range(len(paths)) for model in Model.values}
    for (conversion, _), shares in credited.items():
        value_fen, _, is_refund = paths[int(conversion[1:])]
        assert sum(micro for micro, _ in shares) == 1_000_000
        values = [value for _, value in shares]
        if value_fen is None:
            assert set(values) == {None}
        else:
            sign = -1 if is_refund else 1
            assert sum(value for value in values if value is not None) == sign * value_fen
            assert all(value is not None and value * sign >= 0 for value in values)


def test_clicks_and_weights_stay_apart_in_the_sum_they_share(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Of 3 million touchpoints of one claim every third is a click, and every weight is full."""
    touchpoints = 3_000_000
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW stretches AS SELECT 0 AS claim, 0 AS day, 0 AS kind_id,"
        " 1 AS value_fen, range AS touchpoint_id, 0 AS boost_id, 0 AS listing_id, 0 AS level_id,"
        " 0 AS is_named_click, CASE WHEN range % 3 = 0 THEN 1 ELSE 0 END AS clicks,"
        f" 1 AS least_age_us, 0 AS touched_day, 1 AS touches, {DECAY_SCALE} AS weight,"
        " NULL AS user_group, NULL AS sampling_ratio, 0 AS is_joint"
        f" FROM range({touchpoints})"
    )
    QUERIES.view(connection, "places")
    wrong = connection.execute(
        "SELECT COUNT(*) FROM places AS p WHERE p.clicks_so_far <> (p.i + 2) // 3"
        " OR p.weight_so_far <> p.i * $weight OR p.clicks <> $clicks OR p.weight_total <> $total"
        " OR p.n <> $touchpoints",
        {
            "touchpoints": touchpoints,
            "weight": DECAY_SCALE,
            "clicks": touchpoints // 3,
            "total": touchpoints * DECAY_SCALE,
        },
    ).fetchone()
    assert wrong == (0,)


def relations(paths: list[Any]) -> dict[str, pa.Table]:
    """For each path a conversion of a user of its own, or the refund of one."""
    at = DAYS * 24 * HOUR_US
    touchpoints, conversions = [], []
    for k, (value_fen, ages, is_refund) in enumerate(paths):
        asked = {"source": "", "converted_at": at, "user_id": f"u{k}", "store_id": "s"}
        asked["product_id"] = "p"
        if is_refund:
            conversions.append({**asked, "event_id": f"o{k}", "kind": "order"})
            asked |= {"kind": "refund", "refund_of": f"o{k}"}
        conversions.append({"kind": "order", **asked, "event_id": f"c{k}", "value_fen": value_fen})
        touchpoints += [
            {
                "touchpoint_id": f"t{n}-{k}", "touched_at": at - age, "user_id": f"u{k}",
                "note_id": "n", "kind": "click" if n % 3 else "view",
            }
            for n, age in enumerate(ages)
        ]  # fmt: skip
    for number, conversion in enumerate(conversions, 1):
        conversion["conversion"] = number
    listing = {"listing_id": "l", "note_id": "n", "product_id": "p", "store_id": "s"}
    return {
        "touchpoints": table(touchpoints, TOUCHPOINT),
        "conversions": table(conversions, CONVERSION),
        "listings": table([{**listing, "live_from": -1}], LISTING),
    }


def table(rows: list[dict[str, Any]], columns: str) -> pa.Table:
    """Columns that end in _at, _fen, _from or _to, and numbers, are integers; others are text."""
    numbers = ("_at", "_fen", "_from", "_to", "conversion")
    types = [
        (name, pa.int64() if name.endswith(numbers) else pa.string()) for name in columns.split()
    ]
    return pa.Table.from_pylist(rows, pa.schema(types))
