"""The engine: relations of events and listings in, relations of credit out, by SQL alone.

Every step is one file under `sql/`; a later step reads the earlier ones by name.

    conversions -> claims -> pairs -> clicks -> candidates -> matches
    conversions -> asked_back -> named_orders -> refunds
    stretches -> places -> shares -> splits
    matches -> stretches ... splits -> portions -> credit (as rows, for files)
    matches -> weighed -> bundles -> stretches ... splits -> assists -> given -> parted (for facts)
    bundles -> whole (for facts)

A claim is a conversion that credits touchpoints. The view `claims` has those that look for them;
what a refund credits is its order's.

`prepare` keeps `pairs` and `clicks` as tables, with those of refunds copied from their orders',
`product_ages` of the pairs, and `refunds`: what each takes back of which order. What else it makes
only helps to find them. `attribute` keeps what facts are made of: `bundles` of the touchpoints that
make one fact (ADR 0172), which claims have `several`, `assists`, which are few, and
`strange_boosts`, those that are none of a listing's merchant. All others are views. The
models stand side by side as columns until `credit` makes rows of them, once, of portions as large
as the asker wants them. What repeats travels as a small number: the tables `kinds` and `levels`
name it. Ids are text and compare by the bytes of their UTF-8.

It is DuckDB in this process, or a Spark that is asked to do the same (ADR 0125).

Joins run as they are written: the left side streams, the right side is held in memory. So the many
rows, touchpoints first, stand on the left.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from portal.runtime import machine
from reports.attribution.engines import EngineUnavailable
from reports.attribution.groups import by_prefix
from reports.attribution.weights import decay_weights
from reports.events.contract import CONVERSIONS, TOUCH_KINDS
from reports.events.queries import EVENTS, Connection, Queries, readable, set_variable, spill_to

QUERIES = Queries(Path(__file__).parent / "sql")
# With code and buffers the process stays below a gigabyte, whatever the machine has: what it holds
# when the engine begins, such as the listings of very many merchants, is taken off, to a least.
MOST_MEMORY, LEAST_MEMORY = 800_000_000, 500_000_000
MOST_OF_PROCESS = 900_000_000
MOST_THREADS = 2
# Other processes of the site work beside this one.
SHARE_OF_MEMORY = 3
# What is small and stands beside another engine.
BESIDE_MEMORY = "200MB"
DAY_US = 86_400_000_000
# By level_id. The credited touchpoints of a claim all have the same level.
LEVELS = ("store", "product", "click_id")
# Facts tell apart what a refund takes back: `refund` is that of an order, then there are these. An
# unknown refund is one whose order line nobody knows; an excess is what refunds ask for beyond it.
FACT_KINDS = (*CONVERSIONS.choices("kind"), "deposit_refund", "unknown_refund", "excess_refund")
TAKEN_BACK = frozenset(kind for kind in FACT_KINDS if kind.endswith("refund"))
CONSTANTS = (
    "decay", "kinds", "takes_back", "touch_kinds", "levels", "user_groups", "members",
)  # fmt: skip


def memory_bytes() -> int:
    """The memory of one engine in this process."""
    return min(MOST_MEMORY, machine.memory_bytes() // SHARE_OF_MEMORY)


@contextmanager
def session(*, reads: Sequence[Path | str], work_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read `reads`, write and spill under `work_dir`, and nothing else."""
    spill = work_dir / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    left = max(LEAST_MEMORY, MOST_OF_PROCESS - machine.resident_bytes())
    memory = f"{min(memory_bytes(), left)}B"
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        # Freed blocks are used again, not returned to the system and cleared anew, until the end.
        "block_allocator_memory": memory,
        "threads": str(min(MOST_THREADS, machine.cores())),
        "preserve_insertion_order": "false",
        "disabled_optimizers": "join_order,build_side_probe_side",
    }
    with duckdb.connect(config=config) as connection:
        spill_to(connection, spill)
        # A path is compared as it is asked for and as it is found, and these may differ.
        paths = [form for path in reads for form in (str(path), readable(path))]
        connection.execute("SET allowed_paths = ?", [paths])
        folders = [f"{work_dir}/", f"{readable(work_dir)}/"]
        connection.execute("SET allowed_directories = ?", [folders])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        _constants(connection)
        yield connection


@contextmanager
def opened(
    master: str | None, *, reads: Sequence[Path | str], work_dir: Path
) -> Iterator[Connection]:
    """A session of the Spark at `master`, or of DuckDB. Raises EngineUnavailable."""
    if master is None:
        with session(reads=reads, work_dir=work_dir) as connection:
            yield connection
        return
    try:
        # pyspark and sqlglot are not in the default install.
        from reports.attribution import spark
    except ImportError as error:
        raise EngineUnavailable.not_installed(error.name or "pyspark") from error
    with spark.session(master=master, work_dir=work_dir) as cluster:
        EVENTS.run(cluster, "shanghai_day")
        with duckdb.connect() as here:
            _constants(here)
            for name in CONSTANTS:
                cluster.register(name, here.table(name).to_arrow_table())
        yield cluster


@contextmanager
def beside(connection: Connection, relation: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with a small relation of the session, for what DuckDB alone computes."""
    if isinstance(connection, duckdb.DuckDBPyConnection):
        yield connection
        return
    with duckdb.connect(config={"memory_limit": BESIDE_MEMORY}) as here:
        here.register(relation, connection.sql(f"FROM {relation}").to_arrow_table())
        yield here


def _constants(connection: Connection) -> None:
    """What every step may use: the Shanghai day, weights by age, what small numbers stand for."""
    EVENTS.run(connection, "shanghai_day")
    # Facts are put in the order of these names by their numbers.
    kinds = sorted(FACT_KINDS)
    signs = [-1 if kind in TAKEN_BACK else 1 for kind in kinds]
    QUERIES.step(connection, "decay", weights=list(decay_weights()))
    QUERIES.step(connection, "kinds", kinds=kinds, signs=signs)
    QUERIES.step(connection, "takes_back")
    QUERIES.step(connection, "touch_kinds", kinds=list(TOUCH_KINDS))
    QUERIES.step(connection, "levels", levels=list(LEVELS))
    groups = by_prefix()
    prefixes, numbers = list(groups), list(groups.values())
    QUERIES.step(connection, "user_groups", prefixes=prefixes, groups=numbers)
    QUERIES.step(connection, "members")


def prepare(connection: Connection, *, window_days: int) -> None:
    """Find the pairs of claim and touchpoint for windows up to `window_days`.

    Needs the relations `touchpoints`, `conversions` and `listings`, checked against the contract of
    events. `touchpoint_id` and `conversion` must be unique, and `event_id` of conversions within
    source and store.
    """
    window_us = window_days * DAY_US
    QUERIES.view(connection, "dated")
    QUERIES.view(connection, "claims")
    QUERIES.step(connection, "click_users")
    QUERIES.step(connection, "note_stores")
    QUERIES.step(connection, "shelves")
    QUERIES.step(connection, "pairs", window_us=window_us)
    QUERIES.step(connection, "clicks", window_us=window_us)
    QUERIES.step(connection, "asked_back")
    QUERIES.view(connection, "named_orders")
    QUERIES.step(connection, "refunds")
    for found in ("pairs", "clicks"):
        QUERIES.add(connection, f"refund_{found}", to=found)
    QUERIES.step(connection, "product_ages")
    QUERIES.view(connection, "candidates")
    for helper in ("claims", "named_orders", "dated"):
        connection.execute(f"DROP VIEW {helper}")
    for helper in ("click_users", "note_stores", "shelves", "asked_back"):
        connection.execute(f"DROP TABLE {helper}")


def attribute(
    connection: Connection,
    *,
    window_days: int,
    portions: str | None = None,
    models: Sequence[str] | None = None,
) -> None:
    """Make the relations `matches` and `splits` of one window from what `prepare` found.

    `portions` is the file that says what a row of credit is about, where there shall be rows: then
    there is `credit`, too; else, for facts, `given`, with the assists of `known_listings`. Without
    `models` it is under all of them; under an unknown one, none.
    """
    set_variable(connection, "window_us", window_days * DAY_US)
    QUERIES.step(connection, "models", models=None if models is None else list(models))
    QUERIES.view(connection, "matches")
    if portions:
        _split(connection, "each/stretches")
        QUERIES.view(connection, portions)
        QUERIES.view(connection, "credit")
        return
    QUERIES.step(connection, "lake/strange_boosts")
    QUERIES.view(connection, "lake/weighed")
    for name in ("bundles", "several", "joint_orders", "tangled"):
        QUERIES.step(connection, f"lake/{name}")
    _split(connection, "lake/stretches")
    QUERIES.step(connection, "lake/assists")
    for name in ("given", "parted", "whole"):
        QUERIES.view(connection, f"lake/{name}")


def _split(connection: Connection, stretches: str) -> None:
    """Split what this file makes of matches."""
    for name in (stretches, "places", "shares", "splits"):
        QUERIES.view(connection, name)
