"""Policy as links ask it: read once and kept, until its stamp in the log is another."""

from datetime import UTC, datetime, timedelta
from threading import Lock

from django.db import connection

from merchants.links.facts import Facts
from merchants.links.models import STAMP
from merchants.openings.policy import Asked, Policy

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_kept: tuple[str, Policy] = ("", Policy([], [], {}))
_reading = Lock()


def current() -> Policy:
    """Policy as it is in the database."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        (stamp,) = cursor.fetchone()
    return stamped(stamp)


def stamped(stamp: str) -> Policy:
    """Policy since `stamp`; no query where that is what was asked for the last time.

    Of threads that ask at once one reads, and the others have it from that one.
    """
    global _kept
    if stamp != _kept[0]:
        with _reading:
            if stamp != _kept[0]:
                # Read after its stamp: what changes in between is read once more the next time.
                _kept = (stamp, Policy.read())
            return _kept[1]
    return _kept[1]


def asked(facts: Facts) -> Asked:
    """What policy has to know of the listing of a link."""
    pairs = (pair.split() for pair in facts.approvals)
    since_us = facts.since_us
    return Asked(
        facts.merchant_id,
        facts.category_id,
        facts.placement,
        facts.store_kind,
        [(int(programme), int(category)) for programme, category in pairs],
        None if since_us is None else _EPOCH + timedelta(microseconds=since_us),
    )
