"""The outbox: what a partner is to be told is written down with the act itself, and sent after.

Whoever announces holds the lock of the row it is about, so that its sequence has no gap and no
double. What was told and whether it arrived is asked here, too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from portal.webhooks import waking
from portal.webhooks.models import Endpoint, Message

# Partners say how much they take; some say 20 kB.
MOST_BYTES = 20_000


@dataclass(frozen=True)
class Confirmation:
    """How far a partner has followed a subject.

    `sequence` is the newest state that he took, at `delivered_at`; 0 and None before the first.
    `newest` is the newest that he was told. Where he has not taken that, `waiting_since` is when
    the first state after `sequence` was told, and `attempts` how often the newest was tried.
    """

    sequence: int
    delivered_at: datetime | None
    newest: int
    waiting_since: datetime | None
    attempts: int

    @property
    def is_up_to_date(self) -> bool:
        """Whether he took the newest state."""
        return self.waiting_since is None


def announce(
    endpoint: Endpoint, *, type: str, subject: str, data: Mapping[str, Any], at: datetime
) -> Message:
    """Tell the partner of `subject`, in the transaction of the act that happened `at`.

    `data` is the whole state, JSON values, and no more than the partner may know; the message adds
    its `sequence`. An endpoint that is off is told when it is on again. Raises ValueError for what
    does not fit into MOST_BYTES, RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("What is announced belongs into the transaction of its act.")
    told = Message.objects.filter(endpoint=endpoint, subject=subject)
    sequence = 1 + (told.aggregate(newest=Max("sequence"))["newest"] or 0)
    said = {
        "type": type,
        "timestamp": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {**data, "sequence": sequence},
    }
    body = json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    if len(body) > MOST_BYTES:
        raise ValueError(f"A message has at most {MOST_BYTES} bytes, and this one {len(body)}.")
    message = Message.objects.create(
        endpoint=endpoint, type=type, subject=subject, sequence=sequence, body=body
    )
    transaction.on_commit(waking.wake)
    return message


def confirmed(subject: str) -> Confirmation | None:
    """How far the partner has followed `subject`; None where he was told nothing of it."""
    newest = Message.objects.of(subject).first()
    if newest is None:
        return None
    known = Message.objects.of(subject).filter(delivered_at__isnull=False).first()
    sequence = known.sequence if known else 0
    later = Message.objects.of(subject).filter(sequence__gt=sequence).last()
    return Confirmation(
        sequence=sequence,
        delivered_at=known.delivered_at if known else None,
        newest=newest.sequence,
        waiting_since=later.created_at if later else None,
        attempts=newest.attempts,
    )
