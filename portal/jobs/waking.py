"""The message that wakes a worker: it says "look", and may be lost."""

import logging
from datetime import timedelta

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

LOOK = "jobs.look"
# A job that no worker claimed within this time is published again by the sweeper.
PATIENCE = timedelta(seconds=10)


def publish() -> bool:
    """Send the message that wakes a worker; False when the broker did not take it."""
    if not settings.CELERY_BROKER_URL:
        return False
    try:
        # No retry: the request would wait for the broker, and the sweeper asks again anyway.
        current_app.send_task(LOOK, retry=False)
    except OperationalError:
        log.warning("The broker took no message; the sweeper will wake a worker.")
        return False
    return True
