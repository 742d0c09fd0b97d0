"""What the machines did uses up no attempt and is tried until it works."""

import errno
from collections.abc import Callable
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as BrokerError

from portal.jobs import causes, queue, runner, waits
from portal.jobs.causes import Cause, Killed
from portal.jobs.models import Job, JobState
from portal.jobs.registry import Claim
from portal.refusals import Refusal

Ask = Callable[..., Job]

MACHINES = [
    (OSError(errno.ENOSPC, "No space left on device"), Cause.DISK),
    (OSError(errno.EDQUOT, "Disk quota exceeded"), Cause.DISK),
    (RuntimeError("IO Error: Could not write: No space left on device"), Cause.DISK),
    (OperationalError("the database system is shutting down"), Cause.DATABASE),
    (InterfaceError("connection already closed"), Cause.DATABASE),
    (MemoryError(), Cause.MEMORY),
    (Killed(), Cause.MEMORY),
    (BrokerError("Connection refused"), Cause.BROKER),
]
OWN = [ZeroDivisionError(), FileNotFoundError(errno.ENOENT, "No such file"), KeyError("disk")]


def raising(error: Exception) -> Callable[[Claim], None]:
    def work(claim: Claim) -> None:
        raise error

    return work


@pytest.mark.parametrize(("error", "cause"), MACHINES)
def test_a_cause_is_found_behind_what_it_led_to(error: Exception, cause: Cause) -> None:
    with pytest.raises(LookupError) as led_to:
        raise_after(error)
    assert causes.of(led_to.value) == cause


def raise_after(error: Exception) -> None:
    try:
        raise error
    except type(error):
        raise LookupError("nothing was written")  # noqa: B904


@pytest.mark.parametrize("error", OWN)
def test_what_is_nobodys_fault_but_the_works_is_broken(error: Exception) -> None:
    assert causes.of(error) == Cause.BROKEN


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "cause"), MACHINES)
def test_a_machine_uses_up_no_attempt(ask: Ask, error: Exception, cause: Cause) -> None:
    asked = ask(raising(error))
    for _ in range(2 * runner.MAX_ATTEMPTS):
        assert queue.run_now(asked).state == JobState.QUEUED
    asked.refresh_from_db()
    assert (asked.attempts, asked.setbacks, asked.cause) == (0, 10, cause)


@pytest.mark.django_db
@pytest.mark.parametrize("error", OWN)
def test_what_breaks_by_itself_is_given_up(ask: Ask, error: Exception) -> None:
    asked = ask(raising(error))
    for _ in range(2 * runner.MAX_ATTEMPTS):
        ended = queue.run_now(asked)
    assert (ended.state, ended.error) == (JobState.FAILED, runner.gave_up())


@pytest.mark.django_db
@pytest.mark.parametrize("error", [*OWN, Refusal("There is nothing in it.")])
def test_the_portals_own_work_is_never_given_up(ask: Ask, error: Exception) -> None:
    asked = ask(raising(error), keeps_trying=True)
    for _ in range(2 * runner.MAX_ATTEMPTS):
        assert queue.run_now(asked).state == JobState.QUEUED
    assert list(Job.objects.troubled()) == [asked]


@pytest.mark.django_db
def test_waits_grow_to_hours_and_no_further(ask: Ask) -> None:
    asked = ask(raising(OSError(errno.ENOSPC, "No space left on device")))
    lengths = [wait_after(asked, setbacks=setbacks) for setbacks in (0, 10, 20, 10_000)]
    assert lengths == sorted(lengths)
    assert lengths[0] < 5
    assert lengths[1] < 30
    assert lengths[-1] == waits.MOST_SECONDS


def wait_after(job: Job, *, setbacks: int) -> int:
    """How many seconds the job waits when it is put back once more."""
    Job.objects.filter(pk=job.pk).update(setbacks=setbacks)
    put_back: Any = queue.run_now(job)
    return int((put_back.waits_until - put_back.started_at).total_seconds())
