"""`make soak ARGS="--growing 3000000"`: a file of one row is taken in beside files that grow.

One merchant sends as many files of one row repeated as a worker has places. Once one of them is
worked on, another merchant sends a file of one row. His job has to begin before any of theirs has
ended, and theirs end within what the limited process may compute: taken in, or refused.
"""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.soak import faults, tree

if TYPE_CHECKING:
    from merchants.companies.models import Merchant
    from reports.sources.models import Batch

# As many as the site's worker has places.
FILES = 3
PATIENCE_SECONDS = 900


def run(root: int, folder: Path, rows: int) -> int:
    """Print how it went; exit status 0 when he was served meanwhile, and every file ended."""
    grower, other = _merchant(1), _merchant(2)
    print(f"{FILES} files of {rows:,} rows, and one of 1 row", flush=True)
    # The same bytes would be the same batch.
    large = [_sent(folder, grower, rows + at) for at in range(FILES)]
    used: dict[int, float] = {}
    _watch(root, used, lambda: any(job.started_at for job in _jobs(large)))
    small = _sent(folder, other, 1)
    _watch(root, used, lambda: not any(job.is_open for job in _jobs([small, *large])))
    first, *rest = _jobs([small, *large])
    for job in (first, *rest):
        print(_told(job, since=min(job.created_at for job in rest)))
    print(f"most that a limited process computed: {max(used.values(), default=0):.1f} s")
    is_served = all(first.started_at < job.finished_at for job in rest)
    has_ended = all(job.batch.state == "committed" or job.batch.fault for job in (first, *rest))
    print("The other merchant was served meanwhile." if is_served else "He was not served.")
    return int(not (is_served and has_ended))


def _watch(root: int, used: dict[int, float], is_over: Callable[[], bool]) -> None:
    """Until `is_over`, write down what each limited process was last seen to have computed."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_over():
        if time.monotonic() > end:
            raise AssertionError(f"Not over after {PATIENCE_SECONDS} s.")
        for reader in tree.named(root, faults.CHILD):
            used[reader] = max(tree.cpu_seconds(reader), used.get(reader, 0))
        time.sleep(0.1)


def _told(job: Any, *, since: datetime) -> str:
    at = (job.created_at, job.started_at, job.finished_at)
    asked, began, ended = ((moment - since).total_seconds() for moment in at)
    batch = job.batch
    return (
        f"{batch.sent:>10,} rows: asked for at {asked:6.1f} s, begun at {began:6.1f} s,"
        f" ended at {ended:6.1f} s; {batch.accepted:,} new, {batch.duplicate:,} twice,"
        f" {batch.state} {batch.fault}"
    )


def _jobs(batches: "list[Batch]") -> list[Any]:
    """The jobs of these batches as they are now, in that order."""
    from portal.jobs.models import Job

    found = Job.objects.select_related("batch").in_bulk([batch.job_id for batch in batches])
    return [found[batch.job_id] for batch in batches]


def _sent(folder: Path, merchant: "Merchant", rows: int) -> "Batch":
    """A file of the same order again and again, as the merchant's colleague would send it."""
    from reports.sources import receiving
    from reports.sources.models import Source
    from reports.tests import growing

    path = folder / "sent"
    line = f"o1,2026-01-31T08:00:00+08:00,u1,{merchant.code},order,1\n"
    head = "event_id,occurred_at,user_id,store_id,kind,value_fen\n"
    growing.packed(lambda rows: iter([line] * rows), head)(path, rows)
    source = Source.objects.get(code="jd")
    return receiving.receive(source, path=path, file_name="sent.csv.gz", by=None, merchant=merchant)


def _merchant(number: int) -> "Merchant":
    """A merchant with a verified shop on JD, whose id there is the merchant's code."""
    from merchants.companies.models import Merchant
    from merchants.stores.models import Store
    from portal.accounts import people, teams

    name = f"beside-{number}"
    owner = people.create(f"{name}@bench.example", None, name=name)
    team = teams.create(name, owner=owner)
    merchant = Merchant.objects.create(
        code=name, name=name, credit_code=name, status="verified", team=team
    )
    Store.objects.create(
        merchant=merchant,
        kind="jd",
        name=name,
        external_id=name,
        status="verified",
        url=f"https://mall.jd.com/index-{number}.html",
    )
    return merchant
