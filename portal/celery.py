"""The Celery application. A message only says "look at this job"; the truth is the job's row."""

import os
import signal

from celery import Celery
from celery.signals import worker_process_init

from portal.runtime.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def _schedule(sender: Celery, **kwargs: object) -> None:
    """Give beat what the apps' tasks have put on the schedule; all of them are imported by now."""
    from portal.jobs import registry

    sender.conf.beat_schedule = registry.beat_schedule()


@worker_process_init.connect
def _end_with_the_worker(**kwargs: object) -> None:
    """A pool child whose worker was killed must not go on with a task nobody counts."""
    die_with_parent(signal.SIGKILL)
