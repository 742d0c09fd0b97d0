"""Which function does the work of which kind of job, and what beat wakes how often."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from celery import shared_task
from django.utils.functional import Promise

from portal.jobs import naming
from portal.jobs.claims import Claim

Work = Callable[..., None]
Failed = Callable[..., bool | None]
Look = Callable[[], None]


def _nothing(error: str, **args: object) -> None:
    """For kinds whose failure concerns the job's own row alone."""


@dataclass(frozen=True)
class Kind:
    """`work(claim, **args)` does the job; `failed(error, refused=..., **args)` tells its subject.

    Work that takes longer than `within`, by the clock on the wall, is stopped and fails. `refused`
    is False when only the attempts or the time were used up: the same job may work later. `failed`
    runs in the transaction that marks the job failed, and returns True where its work turns out to
    be done: then the job is.
    """

    work: Work
    within: timedelta
    failed: Failed


KINDS: dict[str, Kind] = {}


def job(
    kind: str, *, label: str | Promise, within: timedelta, failed: Failed = _nothing
) -> Callable[[Work], Work]:
    """Register the decorated `work(claim: Claim, **args)` under `kind`, which people call `label`;
    see Kind.

    Put it in the `tasks.py` of an app: those modules are imported at start. Work may be started
    again after a crash, so it looks first at what is there already and writes its results inside
    `claim.writing()`.
    """

    def register(work: Work) -> Work:
        if kind in KINDS:
            raise ValueError(f"The kind of job {kind!r} is registered twice.")
        KINDS[kind] = Kind(work, within, failed)
        naming.LABELS[kind] = label
        return work

    return register


# What beat wakes has a queue, and a worker, of its own: it never waits behind people's work.
BEATS_QUEUE = "beat"
# How often beat sends which task, by its name.
SCHEDULE: dict[str, timedelta] = {}


def scheduled(task: str, *, every: timedelta) -> Callable[[Look], Look]:
    """Register the decorated function as the task `task`, sent again and again by beat.

    Put it in the `tasks.py` of an app, beside its jobs. It takes nothing and looks itself what is
    to be done: a message may be lost, late, or there twice, and one that no worker took before
    the next is dropped. Work that must not be lost is a job, which it enqueues.
    """

    def register(look: Look) -> Look:
        if task in SCHEDULE:
            raise ValueError(f"The task {task!r} is scheduled twice.")
        SCHEDULE[task] = every
        return shared_task(name=task)(look)

    return register


def beat_schedule() -> dict[str, dict[str, object]]:
    """`SCHEDULE` as Celery's `beat_schedule` has it, in seconds."""
    return {
        task: {
            "task": task,
            "schedule": every.total_seconds(),
            "options": {"expires": every.total_seconds(), "queue": BEATS_QUEUE},
        }
        for task, every in SCHEDULE.items()
    }


__all__ = ["KINDS", "SCHEDULE", "Claim", "Kind", "Work", "beat_schedule", "job", "scheduled"]
