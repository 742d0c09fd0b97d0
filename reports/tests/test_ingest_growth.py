"""Whatever a file makes grow, grows in the limited process, and others are served meanwhile."""

import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from merchants.companies.models import Merchant
from portal.jobs import queue, waking
from portal.jobs.models import JobState
from reports.sources import receiving, sandbox
from reports.sources.models import Batch, BatchState, Source
from reports.tests import growing
from tests.awaiting import await_state

pytestmark = pytest.mark.usefixtures("readers_of_their_own")


def sent(
    path: Path, write: growing.Write, rows: int, *, source: str = "community", **by: Any
) -> Batch:
    write(path, rows)
    return receiving.receive(
        Source.objects.get(code=source), path=path, file_name=path.name, by=None, **by
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", growing.FILES)
def test_a_file_that_grows_is_taken_in_or_refused(name: str, tmp_path: Path) -> None:
    batch = sent(tmp_path / name, growing.FILES[name], 100_000)
    assert batch.job is not None
    job = queue.run_now(batch.job)
    batch.refresh_from_db()
    assert job.state in (JobState.DONE, JobState.FAILED), job.cause
    assert job.attempts == job.setbacks == 0
    assert batch.state == BatchState.COMMITTED or batch.sentence
    assert batch.accepted + batch.duplicate + batch.quarantined == batch.sent


@pytest.mark.django_db
def test_a_file_that_takes_too_much_computing_is_refused_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "CPU_SECONDS", 1)
    batch = sent(tmp_path / "rows", growing.packed(growing.bad_rows), 1_000_000)
    assert batch.job is not None
    assert queue.run_now(batch.job).state == JobState.FAILED
    batch.refresh_from_db()
    assert "more than the 1 s of computing" in batch.sentence


@pytest.mark.django_db
def test_comparing_is_part_of_what_a_file_may_compute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is read in its time, and its one row repeated is told apart in none."""
    read = sandbox.Sandbox.read

    def read_and_have_no_time_left(child: sandbox.Sandbox) -> Any:
        done = read(child)
        most = resource.prlimit(child._child.pid, resource.RLIMIT_CPU)[1]
        resource.prlimit(child._child.pid, resource.RLIMIT_CPU, (1, most))
        return done

    monkeypatch.setattr(sandbox.Sandbox, "read", read_and_have_no_time_left)
    batch = sent(tmp_path / "rows", growing.packed(growing.one_row), 1_000_000)
    assert batch.job is not None
    assert queue.run_now(batch.job).state == JobState.FAILED
    batch.refresh_from_db()
    assert batch.fault == "too_much_work"


def test_a_merchant_is_served_while_another_ones_files_grow(
    celery_worker: Callable[[], Any],
    settings: Any,
    tmp_path: Path,
    shop: Merchant,
    rival: Merchant,
) -> None:
    settings.VAR_DIR = Path(os.environ["PORTAL_VAR"])
    settings.LAKE_URL = str(settings.VAR_DIR / "lake")
    orders = growing.packed(
        lambda rows: iter(["o1,2026-01-31T08:00:00Z,u1,s1,order,1\n"] * rows),
        "event_id,occurred_at,user_id,store_id,kind,value_fen\n",
    )
    big = [
        sent(tmp_path / f"big-{at}", orders, 100_000 + at, source="taobao_tmall", merchant=shop)
        for at in range(3)
    ]
    small = sent(tmp_path / "small", orders, 1, source="taobao_tmall", merchant=rival)
    celery_worker()
    jobs = [batch.job for batch in (small, *big) if batch.job]
    for _job in jobs:
        waking.publish()
    for job in jobs:
        await_state(job, lambda job: not job.is_open)
    began: Any = jobs[0].started_at
    assert all(job.finished_at and began < job.finished_at for job in jobs[1:])
