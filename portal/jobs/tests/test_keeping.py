"""Work that is lost or takes too long is stopped, not only fenced."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from portal.jobs import claims, outages, queue, runner, taking
from portal.jobs.causes import Cause
from portal.jobs.models import Job, JobState
from portal.jobs.registry import Claim

Ask = Callable[..., Job]
# Longer than any test runs: only a stop ends it.
FOREVER = 600


def wait_for_nothing(claim: Claim) -> None:
    threading.Event().wait(FOREVER)


@pytest.mark.django_db
def test_work_over_its_time_is_stopped_and_says_so(ask: Ask) -> None:
    ended = queue.run_now(ask(wait_for_nothing, within=timedelta(0)))
    assert ended.state == JobState.FAILED
    assert "took longer than" in ended.error
    assert ended.attempts == 0


@pytest.mark.django_db
def test_work_within_its_time_is_left_alone(ask: Ask) -> None:
    assert queue.run_now(ask(within=timedelta(minutes=1))).state == JobState.DONE


@pytest.mark.django_db(transaction=True)
def test_a_loser_is_stopped_with_the_process_it_waits_for(ask: Ask, settings: Any) -> None:
    settings.JOB_LEASE = timedelta(seconds=0.3)
    seen: dict[str, Any] = {}

    def lose(claim: Claim) -> None:
        child = subprocess.Popen(["sleep", str(FOREVER)])
        Job.objects.update(lease_expires_at=claims.StatementTime() - timedelta(seconds=1))
        seen["successor"] = taking.take(claim.job_id, lease=timedelta(minutes=1))
        seen["child"] = child
        with claim.stops(child.kill):
            child.wait()
            wait_for_nothing(claim)

    asked = ask(lose)
    queue.run_now(asked)
    # It would sleep for long.
    seen["child"].wait(timeout=30)
    asked.refresh_from_db()
    assert (asked.state, asked.fence) == (JobState.RUNNING, seen["successor"].fence)
    assert asked.attempts == asked.setbacks == 0


@pytest.mark.django_db(transaction=True)
def test_a_loser_that_waits_for_nothing_of_ours_is_stopped_too(ask: Ask, settings: Any) -> None:
    settings.JOB_LEASE = timedelta(seconds=0.3)

    def lose(claim: Claim) -> None:
        Job.objects.update(lease_expires_at=claims.StatementTime() - timedelta(seconds=1))
        assert taking.take(claim.job_id, lease=timedelta(minutes=1))
        wait_for_nothing(claim)

    asked = queue.run_now(ask(lose))
    assert (asked.state, asked.fence, asked.attempts) == (JobState.RUNNING, 2, 0)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_does_not_end_the_thread_that_keeps_the_lease(
    ask: Ask, settings: Any
) -> None:
    settings.JOB_LEASE = timedelta(seconds=0.6)
    kept: list[bool] = []

    def cut_off(claim: Claim) -> None:
        for _ in range(3):
            kept.append(renewed(asked))
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    asked = ask(cut_off)
    assert queue.run_now(asked).state == JobState.DONE
    assert kept == [True, True, True]


@pytest.mark.django_db(transaction=True)
def test_whoever_wakes_another_worker_keeps_his_lease_meanwhile(
    ask: Ask, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broker may take its time."""
    settings.JOB_LEASE = timedelta(seconds=0.6)
    first, second = ask(), ask()
    kept: list[bool] = []

    def slow() -> bool:
        kept.append(renewed(first))
        return True

    monkeypatch.setattr(runner, "publish", slow)
    runner.look(taking.Worker("two", slots=2))
    assert kept == [True]
    assert set(Job.objects.filter(state=JobState.DONE)) == {first, second}


def renewed(job: Job) -> bool:
    """Whether somebody renews the lease from now on."""
    before = Job.objects.values_list("lease_expires_at", flat=True).get(pk=job.pk)
    changed = threading.Event()
    for _ in range(200):
        if Job.objects.values_list("lease_expires_at", flat=True).get(pk=job.pk) != before:
            return True
        changed.wait(0.05)
    return False


@pytest.mark.django_db
def test_nobody_is_stopped_while_he_writes_what_belongs_together(ask: Ask) -> None:
    def write(claim: Claim) -> None:
        with claim.writing():
            claim.end(claims.OverTime())
            stopped = threading.Event()
            # The thread beside the work sends its stop within a second.
            assert not stopped.wait(1.5)

    ended = queue.run_now(ask(write))
    assert ended.state in (JobState.DONE, JobState.FAILED)
    assert "broke" not in ended.error


@pytest.mark.django_db(transaction=True)
def test_work_whose_own_connection_is_cut_is_put_back(ask: Ask) -> None:
    def cut_itself_off(claim: Claim) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    ended = queue.run_now(ask(cut_itself_off))
    assert (ended.state, ended.cause) == (JobState.QUEUED, Cause.DATABASE)
    assert (ended.attempts, ended.setbacks) == (0, 1)


@pytest.fixture
def let_in() -> Iterator[Callable[[bool], None]]:
    """`let_in(False)`: the database takes no connections, and those it has are cut."""
    own, maintenance = connection.settings_dict["NAME"], dict(connection.get_connection_params())
    maintenance.update(dbname="postgres", cursor_factory=None, context=None)
    with psycopg.connect(**maintenance, autocommit=True) as beside:

        def letting(is_open: bool) -> None:
            beside.execute(f'ALTER DATABASE "{own}" ALLOW_CONNECTIONS {is_open}')
            if not is_open:
                beside.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    [own],
                )

        yield letting
        letting(True)


@pytest.mark.django_db(transaction=True)
def test_work_that_breaks_over_an_outage_is_put_back_as_soon_as_it_is_over(
    ask: Ask, let_in: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only when its lease is over: until then it would hold a place of its team."""

    def look(claim: Claim) -> None:
        let_in(False)
        Job.objects.exists()

    monkeypatch.setattr(outages, "_pause", lambda: let_in(True))
    ended = queue.run_now(ask(look))
    assert (ended.state, ended.cause) == (JobState.QUEUED, Cause.DATABASE)


@pytest.mark.django_db(transaction=True)
def test_work_over_its_time_that_has_lost_its_lease_is_told_the_loss(ask: Ask) -> None:
    asked = ask()
    claim = taking.take(asked.pk, lease=timedelta(minutes=1))
    assert claim
    claim.end(claims.OverTime())
    Job.objects.update(fence=claim.fence + 1)
    with pytest.raises(claims.LeaseLost), claim.writing():
        raise AssertionError("nobody writes")
