"""The messages of the broker. None carries anything but "look"."""

from datetime import timedelta

from celery import shared_task

from portal.jobs import pulse, runner, slots, sweeper
from portal.jobs.registry import scheduled


@shared_task(name="jobs.look")
def look() -> None:
    runner.look(slots.worker())


@scheduled("jobs.sweep", every=timedelta(seconds=10))
def sweep() -> None:
    pulse.beats()
    sweeper.sweep()


@scheduled("jobs.sweep_cache", every=timedelta(minutes=10))
def sweep_cache() -> None:
    sweeper.sweep_cache()
