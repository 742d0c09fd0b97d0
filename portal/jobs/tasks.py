"""The two messages of the broker. Neither carries anything but "look"."""

from celery import shared_task

from portal.jobs import runner, sweeper


@shared_task(name="jobs.look")
def look(job_id: int) -> None:
    runner.look(job_id)


@shared_task(name="jobs.sweep")
def sweep() -> None:
    sweeper.sweep()
