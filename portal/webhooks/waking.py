"""The message that makes somebody look at the outbox at once; beat looks soon anyway."""

import logging
from datetime import timedelta

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

from portal.jobs.registry import BEATS_QUEUE

log = logging.getLogger(__name__)

LOOK = "webhooks.look"
EVERY = timedelta(seconds=10)


def wake() -> None:
    """Have the outbox looked at; nothing is lost where the broker does not take it."""
    if not settings.CELERY_BROKER_URL:
        return
    try:
        current_app.send_task(LOOK, queue=BEATS_QUEUE, expires=EVERY.total_seconds(), retry=False)
    except OperationalError:
        log.warning("The broker took no message; beat will look at the outbox.")
