"""A run over very many merchants: memory of each process it needs, how long the turn is held, and
what one of its days costs alone, with refunds in it.

In a database and a lake of its own. Each run is a process of its own, as a worker is.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.late_world import empty_database, many_merchants
from bench.measure import forget_peak, machine, peak_mb

DAYS = 30
READS_A_DAY = 5
EVERY = 6
REFUNDED = 10  # One order in so many is sent back, days later.
TIMES = 3
LOOK_SECONDS = 0.05
AIM_MB, AIM_TURN_SECONDS, AIM_RATIO = 1000, 1.0, 0.1
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


def main(args: list[str]) -> int:
    """Print a line for each run; exit 0."""
    parser = argparse.ArgumentParser(prog="python -m bench merchants")
    parser.add_argument("--merchants", type=int, default=10_000)
    parser.add_argument("--reads", type=int, default=READS_A_DAY, help="of a merchant and day")
    parser.add_argument("--once", nargs=2, type=date.fromisoformat, help=argparse.SUPPRESS)
    options = parser.parse_args(args)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if options.once:
        print(json.dumps(_once(*options.once)))
        return 0
    empty_database("merchants")
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        os.environ.update(PORTAL_VAR=folder, LAKE_URL=f"{folder}/lake")
        _world(options.merchants, options.reads, Path(folder))
        _compare(options.merchants)
    return 0


_COMMAND = [sys.executable, "-m", "bench", "merchants"]


def _compare(merchants: int) -> None:
    last = _yesterday()
    first = last - timedelta(days=DAYS - 1)
    print(f"{merchants:,} merchants; {machine()}")
    whole = _run(first, last, "computed first")
    for what in ("computed again, all equal", "after more orders, all restated"):
        if "more" in what:
            _more_orders(merchants)
        _run(first, last, what)
    days = [_run(on, on, f"{on} alone") for on in (last - timedelta(days=k) for k in range(TIMES))]
    ratio = statistics.median(day["cpu_s"] for day in days) / whole["cpu_s"]
    print(f"one day costs {ratio:.3f} of {DAYS} (aim {AIM_RATIO})")


def _run(first: date, last: date, what: str) -> dict[str, Any]:
    command = [*_COMMAND, "--once", str(first), str(last)]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    said: dict[str, Any] = json.loads(out)
    print(
        f"{(last - first).days + 1} days {what}: {said['cpu_s']:.1f} CPU s, {said['wall_s']:.1f} s,"
        f" worker {said['worker_mb']:,.0f} MB, its PostgreSQL {said['backend_mb']:,.0f} MB"
        f" (aim {AIM_MB}), turn {said['turn_s']:.2f} s of {said['turns']} (aim {AIM_TURN_SECONDS}),"
        f" {said['facts']:,} facts",
        flush=True,
    )
    return said


def _yesterday() -> date:
    from portal import clock

    return clock.today() - timedelta(days=1)


def _world(merchants: int, reads: int, folder: Path) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    many_merchants(merchants, live_from_days_ago=4 * DAYS)
    last = _yesterday()
    for ago in range(0, 2 * DAYS, 10):
        _send("community", _reads(merchants, reads, ago, last), folder)
    for ago in range(0, DAYS, 10):
        _send("in_app", _orders(merchants, ago, last), folder)


def _midnight_us(on: date) -> int:
    """In Shanghai, as UTC."""
    return (on - date(1970, 1, 1)).days * DAY_US - 8 * HOUR_US


def _reads(merchants: int, reads: int, ago: int, last: date) -> pa.Table:
    """Of ten days: each note has so many readers a day, who come again every six days."""
    day, merchant, reader = (
        column.ravel() for column in np.mgrid[ago : ago + 10, :merchants, :reads]
    )
    at = _midnight_us(last) - day * DAY_US + 11 * HOUR_US
    return pa.table({
        "event_id": _texts("t{}-{}-{}", day, merchant, reader),
        "occurred_at": pa.array(at, pa.timestamp("us", "UTC")),
        "user_id": _texts("u{}-{}-{}", merchant, day % EVERY, reader),
        "note_id": _texts("late-{}", merchant),
        "kind": pa.repeat(pa.scalar("view"), len(day)),
    })  # fmt: skip


def _orders(merchants: int, ago: int, last: date, name: str = "o") -> pa.Table:
    """Of ten days: an order of each merchant a day, and refunds of those of three days before."""
    day, merchant = (column.ravel() for column in np.mgrid[ago : ago + 10, :merchants])
    is_refund = (merchant + day) % REFUNDED == 0
    event = _texts(name + "{}-{}", day, merchant)
    before = _texts("o{}-{}", day + 3, merchant)
    refund = [name if is_one else None for name, is_one in zip(before, is_refund, strict=True)]
    return pa.table({
        "event_id": event,
        "occurred_at": pa.array(
            _midnight_us(last) - day * DAY_US + 14 * HOUR_US, pa.timestamp("us", "UTC")
        ),
        "user_id": _texts("u{}-{}-1", merchant, day % EVERY),
        "store_id": _texts("late-{}", merchant),
        "product_id": _texts("late-{}", merchant),
        "kind": pa.array(np.where(is_refund, "refund", "order")),
        "refund_of": refund,
        "value_fen": pa.array(np.where(is_refund, 900, 9900)),
    })  # fmt: skip


def _texts(form: str, *columns: Any) -> list[str]:
    return [form.format(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _more_orders(merchants: int) -> None:
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        for ago in range(0, DAYS, 10):
            _send("in_app", _orders(merchants, ago, _yesterday(), name="more"), Path(folder))


def _send(source: str, rows: pa.Table, folder: Path) -> None:
    from portal.jobs.queue import run_now
    from reports.sources.models import Source
    from reports.sources.receiving import receive

    path = folder / "sent.parquet"
    pq.write_table(rows, path)
    batch = receive(Source.objects.get(code=source), path=path, file_name=path.name, by=None)
    assert batch.job is not None
    job = run_now(batch.job)
    assert job.state == "done", job.error
    batch.refresh_from_db()
    assert batch.accepted == len(rows), batch


def _once(first: date, last: date) -> dict[str, Any]:
    """Compute the days in this process; its figures."""
    import django

    django.setup()
    from django.db import connection

    from portal.jobs.queue import run_now
    from reports.attribution import runs
    from reports.attribution.models import ConversionFact, CreditFact, TouchFact

    run = runs.request(first_on=first, last_on=last, by=None)
    assert run.job is not None
    connection.ensure_connection()
    backend = _Watch(connection.connection.info.backend_pid)
    forget_peak()
    before = _used()
    with _turns() as held, backend:
        job = run_now(run.job)
    assert job.state == "done", job.error
    cpu_s = _used() - before
    facts = (CreditFact, ConversionFact, TouchFact)
    return {
        "cpu_s": cpu_s, "wall_s": backend.seconds, "worker_mb": peak_mb(),
        "backend_mb": backend.peak_mb, "turn_s": max(held, default=0), "turns": len(held),
        "facts": sum(model._default_manager.count() for model in facts),
    }  # fmt: skip


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class _Watch:
    """Looks again and again how much memory of its own a process has."""

    def __init__(self, pid: int) -> None:
        self._pid, self.peak_mb, self.seconds = pid, 0.0, 0.0
        self._over = threading.Event()

    def __enter__(self) -> None:
        self._since = time.monotonic()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.seconds = time.monotonic() - self._since

    def _look(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            status = Path(f"/proc/{self._pid}/status")
            if status.exists():
                anon = next(x for x in status.read_text().splitlines() if x.startswith("RssAnon"))
                self.peak_mb = max(self.peak_mb, int(anon.split()[1]) / 1024)


@contextmanager
def _turns() -> Iterator[list[float]]:
    """How long each turn is held: from when it is taken to the end of its transaction."""
    from django.db import transaction

    from reports.attribution.models import ReportDayQuerySet

    take, held = ReportDayQuerySet.take_turn, []

    def timed(self: Any) -> None:
        take(self)
        since = time.perf_counter()
        transaction.on_commit(lambda: held.append(time.perf_counter() - since))

    ReportDayQuerySet.take_turn = timed  # type: ignore[method-assign]
    try:
        yield held
    finally:
        ReportDayQuerySet.take_turn = take  # type: ignore[method-assign]
