"""What late files cost: which days they make stale, what is written again, and how long the turn is
held to show it; and the memory of a run over all merchants.

In a database and a lake of its own: merchants with a listing each, a month of reads and orders,
computed once. The last figure is of report days alone, as many as `--large` merchants have a day.
"""

import argparse
import json
import os
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.late_world import empty_database, listed_merchants
from bench.measure import forget_peak, machine, peak_mb

DAYS = 30
BATCHES = 24


def main(args: list[str]) -> int:
    """Print a line for each figure; exit 0."""
    parser = argparse.ArgumentParser(prog="python -m bench late")
    parser.add_argument("--merchants", type=int, default=27)
    parser.add_argument("--large", type=int, default=10_000)
    parser.add_argument("--only-run", action="store_true", help="measure the first run alone")
    options = parser.parse_args(args)
    empty_database("late")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(PORTAL_VAR=folder, LAKE_URL=f"{folder}/lake")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        world = _World(options.merchants, Path(folder))
        world.fill()
        if options.only_run:
            return 0
        print(f"{options.merchants} merchants, {DAYS} days; {machine()}")
        _late_clicks(world)
        _late_batches(world)
        _turn(world, options.large)
    return 0


class _World:
    """Merchants 1 to n, each with a store, a product on a note, and what is sent of them."""

    def __init__(self, merchants: int, folder: Path) -> None:
        from portal import clock

        self.folder, self.count, self.sent = folder, merchants, 0
        self.last = clock.today() - timedelta(days=1)

    def fill(self) -> None:
        self.listings = listed_merchants(self.count, live_from_days_ago=3 * DAYS)
        reads, orders = [], []
        for number, listing in enumerate(self.listings):
            for ago in range(DAYS):
                for reader in range(5):
                    key = f"{number}-{ago}-{reader}"
                    reads.append(self.touch(listing, key, ago=ago, reader=f"{number}-{reader}"))
                orders.append(self.order(listing, f"{number}-{ago}", ago, reader=f"{number}-1"))
        self.send("community", reads)
        self.send("in_app", orders)
        forget_peak()
        cpu = time.process_time()
        self.compute()
        print(
            f"{self.count:,} merchants, {DAYS} days computed in one run:"
            f" {time.process_time() - cpu:.1f} CPU s, peak {peak_mb():,.0f} MB",
            flush=True,
        )

    def touch(self, listing: Any, key: str, *, ago: int, reader: str, **more: Any) -> Any:
        return {
            "event_id": key, "occurred_at": self.noon(ago, hour=3), "user_id": reader,
            "note_id": listing.note.external_id, "kind": "view", **more,
        }  # fmt: skip

    def order(self, listing: Any, key: str, ago: int, *, reader: str) -> Any:
        return {
            "event_id": key, "occurred_at": self.noon(ago, hour=6), "user_id": reader,
            "store_id": listing.product.store.external_id, "kind": "order", "value_fen": 9900,
            "product_id": listing.product.external_id,
        }  # fmt: skip

    def noon(self, ago: int, *, hour: int) -> str:
        day = self.last - timedelta(days=ago)
        return f"{day.isoformat()}T{hour + 8:02}:00:00+08:00"

    def send(self, source: str, rows: list[Any]) -> None:
        from portal.jobs.queue import run_now
        from reports.sources.models import Source
        from reports.sources.receiving import receive

        self.sent += 1
        path = self.folder / f"{self.sent}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        batch = receive(Source.objects.get(code=source), path=path, file_name=path.name, by=None)
        assert batch.job is not None
        run_now(batch.job)

    def compute(self) -> Any:
        """Compute what is due; the run."""
        from portal.jobs.queue import run_now
        from reports.attribution import runs

        run = runs.request_due()
        assert run is not None
        assert run.job is not None
        run_now(run.job)
        run.refresh_from_db()
        assert run.published_at
        return run


def _facts() -> int:
    from reports.attribution.models import ConversionFact, CreditFact, TouchFact

    return sum(model._default_manager.count() for model in (CreditFact, ConversionFact, TouchFact))


def _late_clicks(world: _World) -> None:
    from reports.attribution.models import ReportDay

    listing = world.listings[0]
    clicks = [
        world.touch(listing, f"late-{number}", ago=20, reader="0-1", kind="click")
        for number in range(100)
    ]
    facts, days = _facts(), ReportDay.objects.count()
    world.send("community", clicks)
    stale = ReportDay.objects.current().exclude(stale_at=None)
    merchants = len(set(stale.values_list("merchant", flat=True)))
    print(f"100 late clicks of one listing: {stale.count()} days of {merchants} merchant stale")
    run = world.compute()
    written = run.report_days.count()
    print(
        f"  {written} days written again, {run.checked_days.count()} equal,"
        f" {ReportDay.objects.count() - days} report days and {_facts() - facts} facts more"
    )


def _late_batches(world: _World) -> None:
    from django.db.models import Count

    from reports.attribution.models import ReportDay

    before = set(ReportDay.objects.values_list("pk", flat=True))
    listing = world.listings[1]
    for number in range(BATCHES):
        world.send("in_app", [world.order(listing, f"late-{number}", 5, reader="1-1")])
        world.compute()
    copies = ReportDay.objects.values("merchant", "on").annotate(copies=Count("pk"))
    changed = (listing.merchant_id, world.last - timedelta(days=5))
    others = [row["copies"] for row in copies if (row["merchant"], row["on"]) != changed]
    made = ReportDay.objects.exclude(pk__in=before)
    print(
        f"{BATCHES} late batches of one day: {made.count()} report days written,"
        f" at most {max(others)} copies of a day that they do not change"
    )


def _turn(world: _World, merchants: int) -> None:
    """Drafts without facts: the facts of a draft are there before the turn is taken."""
    from django.db import connection, transaction

    from merchants.companies.models import Merchant
    from portal.accounts.models import Team
    from reports.attribution import drafts, swap
    from reports.attribution.models import Run

    teams = Team.objects.bulk_create(Team(name=f"large-{number}") for number in range(merchants))
    Merchant.objects.bulk_create(
        Merchant(code=team.name, name=team.name, credit_code=team.name, team=team) for team in teams
    )
    held = []
    for content in ("a", "b"):
        for ago in range(DAYS):
            on = world.last - timedelta(days=ago)
            run = Run.objects.create(first_on=on, last_on=on, code_version=content)
            ids = drafts._new_ids(merchants)
            rows = Merchant.objects.filter(code__startswith="large-").values_list("pk", flat=True)
            drafts.Draft.objects.bulk_create(
                drafts.Draft(
                    run=run, merchant_id=merchant, on=on, report_day_id=pk, seen=10**9,
                    content=content,
                )
                for merchant, pk in zip(rows, ids, strict=True)
            )  # fmt: skip
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE reports_draft, reports_reportday")
            for first, last in swap.portions(run, on):
                started = time.perf_counter()
                with transaction.atomic():
                    swap.show_portion(run, on, first, last)
                held.append(time.perf_counter() - started)
    print(
        f"the turn is held for at most {max(held):.2f} s, mostly {sorted(held)[len(held) // 2]:.2f}"
        f" s, {len(held)} times, to show {DAYS} days of {merchants:,} merchants twice"
    )
