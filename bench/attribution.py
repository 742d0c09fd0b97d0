"""CPU and memory of attribution: a month of events, five models, to the grain of report facts.

The SQL is the portal's own: from views of Parquet files to facts, the day of the touch among them.
Every measured run is a process of its own, so CPU seconds (user and system) and the peak of
resident memory are its own. The baseline takes the greatest value of each column that is read.
It runs in turn with what it is compared to, since the machine's speed changes within minutes.
The world is made by a process of its own, too: a child of a large process looks as large.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import machine

WINDOW_DAYS = 15
AIM_CPU_S, AIM_PEAK_MB, AIM_RATIO = 16, 1024, 5
# Another number for another world: one that was made before is not taken for it.
WORLD = 2
MERCHANTS = 10_000
MODELS = ("last_touch", "first_touch", "linear", "time_decay", "position_based")
# `few` is credit where a tenth of the users converts: the touchpoints of the others find nobody.
RUNS = ("credit", "few", "read")
FEW = "user_id % 10 = 0"
RELATIONS = {
    "touchpoints": "SELECT event_id AS touchpoint_id, epoch_us(occurred_at) AS touched_at, user_id,"
    " note_id, kind, listing_id, boost_id FROM raw_touchpoints",
    "conversions": "SELECT CAST(event_id AS INTEGER) AS conversion, '' AS source, store_id,"
    " event_id, CAST(NULL AS BIGINT) AS order_id, epoch_us(occurred_at) AS converted_at, user_id,"
    " click_id, product_id, kind, refund_of, value_fen FROM raw_conversions",
    "listings": "SELECT listing_id, note_id, product_id, store_id,"
    " epoch_us(live_from) AS live_from, epoch_us(live_to) AS live_to FROM raw_listings",
    "known_listings": "SELECT listing_id, listing_id AS listing, note_id AS note,"
    " store_id % $merchants AS merchant_id, 'note_body' AS placement, 'tmall' AS store_kind"
    " FROM raw_listings",
    "known_boosts": "SELECT DISTINCT note_id // 200 AS external_id, note_id // 200 AS boost_id,"
    " store_id % $merchants AS merchant_id FROM raw_listings WHERE note_id % 7 = 0",
}


def main(args: list[str]) -> int:
    """Print the medians beside the aims; exit 0."""
    parser = argparse.ArgumentParser(prog="python -m bench attribution")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 50 million touchpoints")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--child", choices=["make", *RUNS], help=argparse.SUPPRESS)
    options = parser.parse_args(args)
    world = folder_of(options.scale)
    if options.child == "make":
        make_world(world, options.scale)
        return 0
    if options.child:
        print(json.dumps(_measured(options.child, world.resolve())))
        return 0
    subprocess.run([*_command(options), "--child=make"], check=True)
    print(f"{machine()}; median of {options.times}; window {WINDOW_DAYS} days, five models")
    runs = [{what: _child(what, options) for what in RUNS} for _ in range(options.times)]
    medians = {what: _median([run[what] for run in runs]) for what in RUNS}
    _print("credit", medians["credit"], f" (aims {AIM_CPU_S} CPU s, {AIM_PEAK_MB} MB)")
    _print("credit, a tenth of the users converts", medians["few"], "")
    _print("reading the same columns", medians["read"], "")
    for what, aim in (("credit", f" (aim {AIM_RATIO})"), ("few", ", a tenth converts")):
        ratio = statistics.median(run[what]["cpu_s"] / run["read"]["cpu_s"] for run in runs)
        print(f"ratio of CPU: {ratio:.1f}{aim}")
    return 0


def folder_of(scale: float) -> Path:
    """Where the world of a scale is kept between runs."""
    return Path(os.environ.get("BENCH_DIR", "var/bench")) / f"attribution-{WORLD}-{scale:g}"


def make_world(world: Path, scale: float) -> None:
    """Make the world unless it is there; a world half made does not count."""
    if world.exists():
        return
    from bench.attribution_world import make

    print(f"making {world} ...", flush=True)
    world.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=world.parent))
    try:
        make(unfinished, scale=scale)
        unfinished.rename(world)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _print(name: str, median: dict[str, Any], aims: str) -> None:
    print(
        f"{name}: {median['cpu_s']:.1f} CPU s, {median['wall_s']:.1f} s,"
        f" peak {median['peak_mb']:,.0f} MB{aims}; {median['found']}"
    )


def _child(what: str, options: argparse.Namespace) -> dict[str, Any]:
    """The figures of one process."""
    done = subprocess.run(
        [*_command(options), f"--child={what}"], check=True, stdout=subprocess.PIPE
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians of runs of the same; what they found must be the same, too."""
    found = runs[0]["found"]
    assert all(run["found"] == found for run in runs), "the same input, another answer"
    figures = {
        name: statistics.median(run[name] for run in runs)
        for name in ("cpu_s", "wall_s", "peak_mb")
    }
    return figures | {"found": found}


def _command(options: argparse.Namespace) -> list[str]:
    return [sys.executable, "-m", "bench", "attribution", f"--scale={options.scale}"]


def _measured(what: str, world: Path) -> dict[str, Any]:
    started = time.perf_counter()
    found = _run(what, world)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "found": found,
        "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": time.perf_counter() - started,
        "peak_mb": used.ru_maxrss / 1024,
    }


def _run(what: str, world: Path) -> str:
    with relations(world, merchants=MERCHANTS, only=FEW if what == "few" else "") as connection:
        return _read(connection) if what == "read" else _credit(connection)


@contextmanager
def relations(world: Path, *, merchants: int, only: str = "") -> Iterator[Any]:
    """A connection that has the relations of the engine, of so many merchants; conversions are
    those of which `only` holds."""
    from reports.attribution import engine

    files = {
        name: [str(path) for path in sorted(world.glob(f"{name}/**/*.parquet"))]
        for name in ("touchpoints", "conversions", "listings")
    }
    with (
        tempfile.TemporaryDirectory(dir=world.parent) as folder,
        engine.session(
            reads=[file for some in files.values() for file in some], work_dir=Path(folder)
        ) as connection,
    ):
        for name, some in files.items():
            # By name, the bounds of columns are read, too: notes are found by place, not by hash.
            # Bounds of conversions would undo it: as filters of touchpoints they make a new plan.
            by_name = name == "touchpoints"
            raw = connection.read_parquet(some, hive_partitioning=False, union_by_name=by_name)
            raw.create_view(f"raw_{name}")
        for name, query in RELATIONS.items():
            made = query.replace("$merchants", str(merchants))
            if only and name == "conversions":
                made += f" WHERE {only}"
            connection.execute(f"CREATE TEMP VIEW {name} AS {made}")
        yield connection


def _read(connection: Any) -> str:
    for name in ("touchpoints", "conversions", "listings"):
        connection.execute(f"SELECT MAX(COLUMNS(*)) FROM {name}").fetchall()
    return "no credit"


def _credit(connection: Any) -> str:
    """Facts of all days, counted and summed: the fingerprint of the run."""
    from reports.attribution import engine, samples

    engine.prepare(connection, window_days=WINDOW_DAYS)
    samples.none(connection)
    engine.attribute(connection, window_days=WINDOW_DAYS)
    sums = ", ".join(
        " + ".join(f"SUM(f.{model}_{unit})" for model in MODELS) for unit in ("micro", "fen")
    )
    facts, micro, fen = connection.execute(
        f"SELECT COUNT(*), {sums} FROM ({engine.QUERIES.text('lake/credit_facts')}) AS f",
        {"first_day": 0, "last_day": 99_999, "window_days": WINDOW_DAYS},
    ).fetchall()[0]
    return f"{facts:,} facts, {micro:,} millionths, {fen:,} fen"
