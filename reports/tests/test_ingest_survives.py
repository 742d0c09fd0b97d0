"""Whatever is killed on the way, a batch ends in the same state, once."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from portal.jobs import claims, queue, runner, sweeper, taking
from portal.jobs.causes import Cause
from portal.jobs.models import Job, JobState
from reports.lake import commits
from reports.lake import tables as lake
from reports.sources import intake, receiving, sandbox
from reports.sources.models import Batch, BatchState, Source
from reports.sources.receiving import inbox_path
from tests.awaiting import await_state

pytestmark = pytest.mark.usefixtures("readers_of_their_own")
HEAD = "event_id,occurred_at,user_id,note_id,kind\n"


def receive(tmp_path: Path, *, rows: int, first: int = 0) -> Batch:
    path = tmp_path / "many.csv"
    with path.open("w") as file:
        file.write(HEAD)
        file.writelines(
            f"t{at},2026-01-31T08:00:00Z,u{at},n1,click\n" for at in range(first, first + rows)
        )
    source = Source.objects.get(code="community")
    return receiving.receive(source, path=path, file_name=path.name, by=None)


def die(*_: Any, **__: Any) -> Any:
    raise RuntimeError("killed")


def rows_in_lake() -> int:
    actions = lake.open_table("touchpoints").get_add_actions(flatten=True)
    return sum(actions["num_records"].to_pylist())


@pytest.mark.django_db
@pytest.mark.parametrize("fatal", ["_bring_in", "_settle", "after commit"])
def test_a_death_between_two_steps_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fatal: str
) -> None:
    """The step dies before it starts; the next attempt finds what the first one left."""
    batch = receive(tmp_path, rows=10)
    assert batch.job is not None
    with monkeypatch.context() as broken:
        broken.setattr(intake, "_shown" if fatal == "after commit" else fatal, die)
        assert queue.run_now(batch.job).state == JobState.QUEUED
    assert queue.run_now(batch.job).state == JobState.DONE
    batch.refresh_from_db()
    assert (batch.state, batch.accepted, rows_in_lake()) == (BatchState.COMMITTED, 10, 10)


@pytest.mark.django_db
def test_a_batch_in_the_lake_is_settled_when_its_job_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last attempt dies after the commit, and only then."""
    batch = receive(tmp_path, rows=10)
    assert batch.job is not None
    Job.objects.update(attempts=runner.MAX_ATTEMPTS - 1)
    settle = intake._settle

    def die_once(batch: Batch) -> None:
        monkeypatch.setattr(intake, "_settle", settle)
        raise RuntimeError("killed")

    monkeypatch.setattr(intake, "_settle", die_once)
    assert queue.run_now(batch.job).state == JobState.DONE
    batch.refresh_from_db()
    assert (batch.state, batch.accepted, rows_in_lake()) == (BatchState.COMMITTED, 10, 10)
    assert not inbox_path(batch).exists()


@pytest.mark.django_db
def test_a_file_that_only_technology_failed_is_kept_and_tried_again_when_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = receive(tmp_path, rows=10)
    assert batch.job is not None
    Job.objects.update(attempts=runner.MAX_ATTEMPTS - 1)
    with monkeypatch.context() as broken:
        broken.setattr(intake, "_bring_in", die)
        assert queue.run_now(batch.job).state == JobState.FAILED
    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED
    assert inbox_path(batch).exists()
    again = receive(tmp_path, rows=10)
    assert again.pk == batch.pk
    assert again.job is not None
    assert queue.run_now(again.job).state == JobState.DONE
    again.refresh_from_db()
    assert (again.state, again.error, rows_in_lake()) == (BatchState.COMMITTED, "", 10)


@pytest.mark.django_db
def test_a_batch_that_commits_second_is_judged_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = receive(tmp_path, rows=10), receive(tmp_path, rows=10, first=5)
    assert slow.job is not None
    commit = commits.commit

    def overtaken(*args: Any, **named: Any) -> bool:
        monkeypatch.setattr(commits, "commit", commit)
        assert quick.job is not None
        assert queue.run_now(quick.job).state == JobState.DONE
        return commit(*args, **named)

    monkeypatch.setattr(commits, "commit", overtaken)
    assert queue.run_now(slow.job).state == JobState.DONE
    slow.refresh_from_db()
    assert (slow.accepted, slow.duplicate, rows_in_lake()) == (5, 5, 15)


@pytest.mark.django_db
def test_a_killed_child_uses_up_no_attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = receive(tmp_path, rows=10)
    assert batch.job is not None
    read = sandbox.Sandbox.read

    def kill_first(child: sandbox.Sandbox) -> Any:
        monkeypatch.setattr(sandbox.Sandbox, "read", read)
        child._child.kill()
        child._child.wait()
        return read(child)

    monkeypatch.setattr(sandbox.Sandbox, "read", kill_first)
    waiting = queue.run_now(batch.job)
    assert (waiting.state, waiting.attempts) == (JobState.QUEUED, 0)
    assert (waiting.setbacks, waiting.cause) == (1, Cause.MEMORY)
    assert queue.run_now(batch.job).state == JobState.DONE
    assert rows_in_lake() == 10


@pytest.mark.django_db
def test_a_worker_that_wakes_up_late_commits_nothing(tmp_path: Path) -> None:
    batch = receive(tmp_path, rows=10)
    assert batch.job is not None
    late = taking.take(batch.job.pk)
    assert late is not None
    Job.objects.update(lease_expires_at=claims.StatementTime() - timedelta(seconds=1))
    assert queue.run_now(batch.job).state == JobState.DONE
    with pytest.raises(claims.LeaseLost):
        intake.take_in(late, batch)
    assert rows_in_lake() == 10


def test_a_worker_killed_in_the_middle_loses_nothing(
    celery_worker: Callable[[], Any], settings: Any, tmp_path: Path
) -> None:
    """A real worker dies by kill -9 while it reads; another one ends the job."""
    settings.VAR_DIR = Path(os.environ["PORTAL_VAR"])
    settings.LAKE_URL = str(settings.VAR_DIR / "lake")
    earlier = rows_in_lake()
    first = celery_worker()
    # Ids that no earlier test has sent: the worker's lake is shared by all of them.
    batch = receive(tmp_path, rows=400_000, first=1_000_000)
    assert batch.job is not None
    await_state(batch.job, lambda job: job.state == JobState.RUNNING)
    first.kill()
    celery_worker()
    Job.objects.filter(pk=batch.job.pk, state=JobState.RUNNING).update(
        lease_expires_at=claims.StatementTime() - timedelta(seconds=1)
    )
    sweeper.sweep()
    await_state(batch.job, lambda job: not job.is_open)
    batch.refresh_from_db()
    assert (batch.state, batch.sent, batch.accepted) == (BatchState.COMMITTED, 400_000, 400_000)
    assert rows_in_lake() - earlier == 400_000
