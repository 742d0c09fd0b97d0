"""Whoever is killed on the way, a run ends in one complete published result."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from merchants.companies.models import Merchant, MerchantStatus
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import Team
from portal.jobs import claims, queue, sweeper
from portal.jobs.causes import Cause
from portal.jobs.models import Job, JobState
from reports.attribution import runs, waiting
from reports.attribution.drafts import Draft
from reports.attribution.models import ReportDay
from reports.attribution.tests.steps import LAST, credited
from tests.awaiting import await_state, until


def test_workers_killed_while_they_compute_and_publish_leave_one_result(
    celery_worker: Callable[[], Any], settings: Any
) -> None:
    """A real worker dies by kill -9 when some parts of a run are done, another one inside the
    publishing transaction; the third ends the run. No part is computed twice."""
    settings.VAR_DIR = Path(os.environ["PORTAL_VAR"])
    settings.LAKE_URL = str(settings.VAR_DIR / "lake")
    merchant = Merchant.objects.create(
        code="m", name="M", credit_code="1", status=MerchantStatus.VERIFIED,
        team=Team.objects.create(name="M"),
    )  # fmt: skip
    today = clock.today()
    run = runs.request(first_on=today - timedelta(days=70), last_on=today, by=None)
    assert run.job is not None
    first = celery_worker()
    done = run.parts.exclude(done_at=None)
    until(done.exists, otherwise=lambda: f"{run} has no part that is done")
    first.kill()
    before = dict(done.values_list("pk", "done_at"))
    assert 0 < len(before) < run.parts.count() == 8
    jobs = list(Job.objects.filter(part__run=run).values_list("pk", flat=True))
    second = celery_worker()
    with nobody_publishes():
        let_others_go_on()
        await_state(run.job, lambda job: 0 < job.progress_total == job.progress_done)
        assert before.items() <= dict(done.values_list("pk", "done_at")).items()
        second.kill()
    assert not ReportDay.objects.exists()
    celery_worker()
    let_others_go_on()
    await_state(run.job, lambda job: not job.is_open)
    run.refresh_from_db()
    assert run.published_at
    assert ReportDay.objects.current().filter(merchant=merchant).count() == 71
    assert ReportDay.objects.count() == 71
    assert not Draft.objects.filter(run__isnull=False).exists()
    assert not Job.objects.filter(pk__in=jobs).open().exists()


@contextmanager
def nobody_publishes() -> Iterator[None]:
    """In a transaction of another connection: what the test writes meanwhile is seen."""
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE reports_reportday IN EXCLUSIVE MODE")
        yield
    finally:
        other.close()


def let_others_go_on() -> None:
    """As when the leases of who was killed have run out."""
    Job.objects.filter(state=JobState.RUNNING).update(
        lease_expires_at=claims.StatementTime() - timedelta(seconds=1)
    )
    sweeper.sweep()
    # Nor does anybody wait until it is his turn to be tried again.
    Job.objects.filter(state=JobState.QUEUED).update(
        waits_until=None, lease_expires_at=claims.StatementTime() - timedelta(seconds=1)
    )
    sweeper.sweep()


@pytest.mark.django_db
def test_a_run_waits_for_room_and_shows_its_days_once(sold: Listing, monkeypatch: Any) -> None:
    run = runs.request(first_on=LAST, last_on=LAST, by=None)
    assert run.job is not None

    def is_full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(waiting.Facts, "add", is_full)
        waits = queue.run_now(run.job)
    assert (waits.state, waits.cause, waits.attempts) == (JobState.QUEUED, Cause.DISK, 0)
    assert not ReportDay.objects.exists()
    assert queue.run_now(run.job).state == JobState.DONE
    assert ReportDay.objects.count() == ReportDay.objects.current().count() == 1
    assert credited()["value"] == 4 * 100
