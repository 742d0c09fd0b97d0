"""The database is away: how a job ended is written down once it is back."""

import time

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

SECONDS_BETWEEN_TRIES = 0.5


def wait_for_the_database() -> None:
    """Return once it takes connections, or when the lease of a job is over: then the sweeper knows.

    A job that nobody puts back holds a place of its team until its lease runs out.
    """
    end = time.monotonic() + settings.JOB_LEASE.total_seconds()
    while not _answers() and time.monotonic() < end:
        _pause()


def _answers() -> bool:
    try:
        connection.ensure_connection()
    except (OperationalError, InterfaceError):
        return False
    return True


def _pause() -> None:
    time.sleep(SECONDS_BETWEEN_TRIES)
