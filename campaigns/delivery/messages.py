"""The messages of ad servers: each taken once, each with one answer for good.

The message is written first, then carried out boost by boost, then answered. Whoever sends it again
gets the same bytes, for a month, and then its counts; one that was cut off is finished by whoever
comes first, its sender or the clock. ADR 0138, 0176.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q

from campaigns.delivery import posted, statuses
from campaigns.delivery.models import AdServer, DeliveryMessage
from campaigns.delivery.posted import Unprocessable
from portal import apart, clock
from portal.accounts import audit

# Its sender has given up waiting long before.
CUT_OFF_AFTER = timedelta(minutes=1)
# What fails is tried again after 2, 4, 8, ... minutes, at most a day; admins are told of it once.
LONGEST_WAIT = timedelta(days=1)
TOLD_AFTER = 3
# How exact it is known when a server was last heard: no message waits for another one's row.
HEARD_WITHIN = timedelta(seconds=30)

# Ad servers send again within hours; what rows became stands in the hours for good.
KEPT_FOR = timedelta(days=30)
MOST_AT_ONCE = 10_000

OK, UNPROCESSABLE = 200, 422


class OtherBody(Exception):
    """The id was used for another message before."""


@dataclass(frozen=True)
class Reply:
    """What is answered, before it is bytes."""

    status: int
    told: dict[str, Any]


# What each type of message does, and what it is told.
TYPES: dict[str, Callable[[DeliveryMessage, Any], dict[str, Any]]] = {
    "delivery.rows": posted.take_rows,
    "boost.status": statuses.take_word,
}


def receive(server: AdServer, message_id: str, body: bytes) -> DeliveryMessage:
    """Write a message down, once per id. Raises OtherBody when the id meant something else."""
    moment = clock.now()
    heard = Q(last_heard_at=None) | Q(last_heard_at__lt=moment - HEARD_WITHIN)
    AdServer.objects.filter(heard, pk=server.pk).update(last_heard_at=moment)
    digest = sha256(body).hexdigest()
    message, _is_new = DeliveryMessage.objects.get_or_create(
        ad_server=server,
        message_id=message_id,
        defaults={"sha256": digest, "body": body, "received_at": moment},
    )
    if message.sha256 != digest:
        raise OtherBody
    return message


def answer(message: DeliveryMessage) -> DeliveryMessage:
    """The message with its answer: carried out if nobody has done it yet."""
    if message.answer is not None:
        return message
    reply = _carried_out(message)
    answered = {
        "http_status": reply.status,
        "answer": json.dumps(reply.told).encode(),
        "body": b"",
        "rows": reply.told.get("sent", 0),
        "accepted": reply.told.get("accepted", 0),
        "duplicate": reply.told.get("duplicate", 0),
        "quarantined": reply.told.get("quarantined", 0),
    }
    # Of two who carry it out at once, the first one's answer stands: what was said is not unsaid.
    DeliveryMessage.objects.filter(pk=message.pk, answer=None).update(**answered)
    message.refresh_from_db()
    return message


def finish_cut_off() -> int:
    """Carry out messages whose sender was cut off before their answer; how many."""
    moment = clock.now()
    cut_off = DeliveryMessage.objects.filter(
        Q(next_at=None) | Q(next_at__lte=moment),
        answer=None,
        received_at__lt=moment - CUT_OFF_AFTER,
    )
    failed = "Messages that could not be carried out"
    in_order = cut_off.order_by("received_at")
    return len(apart.each(in_order, _finish, called="message", failed=failed))


def _finish(message: DeliveryMessage) -> None:
    try:
        answer(message)
    except Exception:
        _put_off(message)
        raise


@transaction.atomic
def _put_off(message: DeliveryMessage) -> None:
    failures = message.failures + 1
    wait = min(2 ** min(failures, 11) * timedelta(minutes=1), LONGEST_WAIT)
    found = DeliveryMessage.objects.filter(pk=message.pk, answer=None, failures=message.failures)
    is_told = found.update(failures=failures, next_at=clock.now() + wait)
    if is_told and failures == TOLD_AFTER:
        audit.record("deliverymessage.stuck", message, by=None)


def body_of(message: DeliveryMessage) -> bytes:
    """What is said to the sender of an answered message: what was said to him before or, where
    that is not kept any more, what was counted."""
    if message.is_kept:
        return bytes(message.answer or b"")
    if message.http_status != OK:
        return json.dumps({"error": "this was refused; why is not kept any more"}).encode()
    counts = {name: getattr(message, name) for name in ("accepted", "duplicate", "quarantined")}
    return json.dumps({"sent": message.rows, **counts, "rows": None}).encode()


@transaction.atomic
def let_go() -> int:
    """Empty the answers that are older than KEPT_FOR; how many. Id, digest, status and counts
    stay; what is left comes with the next look."""
    old = DeliveryMessage.objects.filter(
        answer__isnull=False, is_kept=True, received_at__lt=clock.now() - KEPT_FOR
    )
    found = list(old.order_by("received_at").values_list("pk", flat=True)[:MOST_AT_ONCE])
    return DeliveryMessage.objects.filter(pk__in=found).update(answer=b"", is_kept=False)


def _carried_out(message: DeliveryMessage) -> Reply:
    try:
        told = posted.parsed(bytes(message.body))
        carry_out = TYPES.get(told["type"])
        if carry_out is None:
            raise Unprocessable(f"type is one of {', '.join(TYPES)}")
        return Reply(OK, carry_out(message, told["data"]))
    except Unprocessable as refused:
        return Reply(UNPROCESSABLE, {"error": str(refused)})
