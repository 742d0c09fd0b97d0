"""A disk that is full while events come in or are joined: nothing is lost or doubled.

`make soak ARGS="--full 3"` fills a real one at random moments.
"""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.jobs import queue
from portal.jobs.causes import Cause
from portal.jobs.models import Job, JobState
from reports import tasks
from reports.lake import commits, joining
from reports.sources import intake, receiving
from reports.sources.models import BatchState, Source
from reports.tests.sending import HEAD, ROW, Send, counts, current

pytestmark = pytest.mark.django_db
As = Callable[[User], Client]


def is_full(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def row(event: int) -> str:
    return ROW.replace("t1", f"t{event}")


def waits_for_room(job: Job) -> bool:
    """It goes on by itself, and none of its attempts is used up."""
    job.refresh_from_db()
    return (job.state, job.cause, job.attempts) == (JobState.QUEUED, Cause.DISK, 0)


@pytest.mark.parametrize(
    ("home", "step"),
    [
        (intake, "_keep_quarantined"),
        (commits, "place"),
        (commits, "write_version"),
        (intake, "_settle"),
    ],
)
def test_a_batch_waits_for_room_says_so_and_comes_in_once(
    home: Any, step: str, client_of: As, admin: User, tmp_path: Path, monkeypatch: Any
) -> None:
    path = tmp_path / "sent.csv"
    path.write_text(HEAD + row(1) + row(2) + "bad,yesterday,u1,n1,view\n")
    source = Source.objects.get(code="community")
    batch = receiving.receive(source, path=path, file_name="sent.csv", by=None)
    assert batch.job is not None
    with monkeypatch.context() as full:
        full.setattr(home, step, is_full)
        assert waits_for_room(queue.run_now(batch.job))
    said = client_of(admin).get(reverse("reports:batch-detail", args=[batch.pk])).content.decode()
    assert "The disk is full or does not answer. It is tried again by itself" in said
    # The operators are told what to do.
    said = client_of(admin).get(reverse("jobs:job-progress", args=[batch.job.pk])).content.decode()
    assert "Make room on the disk. The work then goes on by itself." in said
    assert queue.run_now(batch.job).state == JobState.DONE
    batch.refresh_from_db()
    assert (batch.state, counts(batch)) == (BatchState.COMMITTED, (3, 2, 0, 1))
    assert [event for (event,) in current()] == ["t1", "t2"]


@pytest.mark.parametrize(
    ("home", "step"), [(joining, "_write"), (commits, "place"), (commits, "write_version")]
)
def test_joining_waits_for_room_and_loses_and_doubles_nothing(
    home: Any, step: str, send: Send, monkeypatch: Any
) -> None:
    monkeypatch.setattr(joining, "FEWEST", 2)
    send(HEAD + row(1))
    send(HEAD + row(2))
    tending = queue.enqueue(tasks.TEND, args={})
    with monkeypatch.context() as full:
        full.setattr(home, step, is_full)
        assert waits_for_room(queue.run_now(tending))
    assert counts(send(HEAD + row(1) + row(3))) == (2, 1, 1, 0)
    assert queue.run_now(tending).state == JobState.DONE
    assert [event for (event,) in current()] == ["t1", "t2", "t3"]
