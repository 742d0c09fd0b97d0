"""The Celery application. A message only says "look at this job"; the truth is the job's row."""

import logging
import os
import signal
from typing import Any

from celery import Celery
from celery.apps import worker as celery_worker
from celery.signals import (
    beat_init,
    celeryd_after_setup,
    celeryd_init,
    setup_logging,
    worker_process_init,
    worker_ready,
)
from kombu.transport.virtual import Channel

from portal.confined import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

# When its broker is gone, a worker would first give back what it has not acknowledged, break over
# it, and end once the work at hand is done: hours without its other places. Nobody needs these
# messages: the sweeper sends new ones.
Channel.do_restore = False

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def _schedule(sender: Celery, **kwargs: object) -> None:
    """Give beat what the apps' tasks have put on the schedule; all of them are imported by now."""
    from portal.jobs import registry

    sender.conf.beat_schedule = registry.beat_schedule()


@setup_logging.connect
def _log_as_django_does(loglevel: int, **kwargs: object) -> None:
    """Django has set it up; whoever listens here keeps Celery from doing it again its own way. A
    command that asks for more of Celery's own words (`-l debug`) gets them."""
    logging.getLogger("celery").setLevel(min(loglevel, logging.getLogger().level))


@celeryd_init.connect
def _write_for_programs(instance: Any, **kwargs: object) -> None:
    """No banner; warnings, and what a worker says when it is told to end, go the way of all other
    lines."""
    instance.quiet = True
    logging.captureWarnings(True)
    celery_worker.safe_say = _say  # type: ignore[attr-defined]


def _say(sentence: str, file: object = None) -> None:
    logging.getLogger("celery.worker").info(sentence.strip())


@celeryd_init.connect
@beat_init.connect
def _refuse_what_is_not_set_up(**kwargs: object) -> None:
    """Workers write notices and mails in both languages; static files they need not."""
    # Imported here: the settings are read, with this module, before the apps are there.
    from portal.runtime.readiness import refuse_unless

    refuse_unless("folders", "catalogues")


@celeryd_after_setup.connect
def _tell_the_slots(sender: str, instance: Any, **kwargs: object) -> None:
    """Each process of the pool inherits who its worker is, and how many jobs it can hold."""
    from portal.jobs import slots

    slots.are(sender, instance.concurrency)


@worker_ready.connect
def _go_on_where_it_was_killed(sender: Any, **kwargs: object) -> None:
    """A worker that starts again takes up what it held, without waiting for leases and sweeps."""
    from portal.jobs import slots

    slots.go_on(sender.hostname)


@worker_process_init.connect
def _end_with_the_worker(**kwargs: object) -> None:
    """A pool child whose worker was killed must not go on with a task nobody counts."""
    from portal.jobs import keeping

    die_with_parent(signal.SIGKILL)
    # The worker replaces a child that ends.
    keeping.let_the_process_end()
