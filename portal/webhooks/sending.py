"""Sending what waits in the outbox, one message after another; no lock is held meanwhile.

A message counts as delivered once its answer is written down. A sender that is killed between the
two sends it again, under the same id: at least once, and partners tell by the id.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from portal import clock, fetching
from portal.fetching import Fault, Unreachable
from portal.webhooks import leases, signing, waits
from portal.webhooks.models import (
    Attempt,
    Endpoint,
    EndpointState,
    Message,
    MessageState,
    OffCause,
)
from portal.webhooks.signing import Direction

# A slow partner holds a worker no longer than this and one answer: then others have their turn.
SECONDS_AT_ONCE = 20.0
# Of an answer so much is kept in the log, in bytes.
KEPT_OF_ANSWER = 2048
# An endpoint that took nothing for so long is switched off.
SILENT_FOR = timedelta(hours=72)
GONE = 410


@dataclass(frozen=True)
class Outcome:
    """What came of one try; `wait` is how long the partner asks us to leave him alone."""

    at: datetime
    ms: int
    status: int | None = None
    fault: Fault | None = None
    answer: str = ""
    wait: timedelta = timedelta()

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send_waiting(endpoint_id: int) -> int:
    """Send what is due to an endpoint, for SECONDS_AT_ONCE; how many tries there were.

    Does nothing while somebody else sends to it.
    """
    lease = leases.take(endpoint_id)
    if lease is None:
        return 0
    ends_at, tries = time.monotonic() + SECONDS_AT_ONCE, 0
    try:
        while message := _next(endpoint_id):
            outcome = _try(message)
            tries += 1
            if not _write_down(lease, message, outcome) or time.monotonic() >= ends_at:
                break
    finally:
        lease.release()
    return tries


def _next(endpoint_id: int) -> Message | None:
    """Whose turn it is. A partner who took nothing lately is asked by one message, whichever waits
    longest since its last try: one that he never takes does not stand before the others."""
    endpoint = Endpoint.objects.get(pk=endpoint_id)
    now = clock.now()
    if endpoint.status != EndpointState.ON or (endpoint.waits_until or now) > now:
        return None
    waiting = Message.objects.in_turn().filter(endpoint=endpoint).select_related("endpoint")
    return (waiting if endpoint.is_failing else waiting.filter(next_at__lte=now)).first()


def _try(message: Message) -> Outcome:
    endpoint, at, began = message.endpoint, clock.now(), time.monotonic()
    keys = signing.keys_of(endpoint, Direction.OUT, at)
    body = bytes(message.body)
    headers = {
        "content-type": "application/json",
        "user-agent": "notelink-webhooks/1",
        **signing.sign(keys, message.name, at, body),
    }
    try:
        answer = fetching.post(
            endpoint.url, body, headers=headers, hosts=endpoint.hosts, keep=KEPT_OF_ANSWER
        )
    except Unreachable as unreachable:
        return Outcome(at, _ms_since(began), fault=unreachable.fault)
    # PostgreSQL keeps no NUL, and a partner may send any bytes.
    said = answer.body.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    wait = _asked_wait(answer.headers.get("retry-after", ""))
    return Outcome(at, _ms_since(began), status=answer.status, answer=said, wait=wait)


def _ms_since(began: float) -> int:
    return round(1000 * (time.monotonic() - began))


def _asked_wait(said: str) -> timedelta:
    """What a partner asks for in seconds, four hours at most; days in words are not read."""
    if not (said.isascii() and said.isdigit()) or len(said) > 9:
        return timedelta()
    return min(timedelta(seconds=int(said)), waits.LONGEST)


@transaction.atomic
def _write_down(lease: leases.Lease, message: Message, outcome: Outcome) -> bool:
    """Keep the try and what follows from it; False where the lease was another's by then, who has
    tried it, too."""
    endpoint = lease.kept()
    if endpoint is None:
        return False
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    message.attempts += 1
    Attempt.objects.create(
        message=message, number=message.attempts, at=outcome.at, ms=outcome.ms,
        http_status=outcome.status, fault=outcome.fault or "", answer=outcome.answer,
    )  # fmt: skip
    if outcome.is_delivered:
        _taken(endpoint, message)
    else:
        _failed(endpoint, message, outcome)
    return True


def _taken(endpoint: Endpoint, message: Message) -> None:
    was_failing, now = endpoint.is_failing, clock.now()
    message.state = MessageState.DELIVERED
    message.delivered_at = message.delivered_at or now
    message.save(update_fields=["state", "delivered_at", "attempts"])
    if endpoint.failures or endpoint.waits_until:
        back = {"failures": 0, "failing_since": None, "waits_until": None}
        Endpoint.objects.filter(pk=endpoint.pk).update(**back)
    if was_failing:
        # He is back: what waited for that waits no longer.
        endpoint.messages.waiting().filter(next_at__gt=now).update(next_at=now)


def _failed(endpoint: Endpoint, message: Message, outcome: Outcome) -> None:
    now = clock.now()
    message.next_at = now + waits.after(message.name, message.attempts)
    message.save(update_fields=["next_at", "attempts"])
    endpoint.refresh_from_db(fields=["leased_until"])
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or outcome.at
    rest = waits.after(endpoint.code, endpoint.failures) if endpoint.is_failing else timedelta()
    rest = max(rest, outcome.wait)
    endpoint.waits_until = now + rest if rest else None
    endpoint.save(update_fields=["failures", "failing_since", "waits_until"])
    if endpoint.status == EndpointState.ON:
        if outcome.status == GONE:
            switch_off(endpoint, OffCause.GONE)
        elif now - endpoint.failing_since > SILENT_FOR:
            switch_off(endpoint, OffCause.SILENT)


def switch_off(endpoint: Endpoint, cause: OffCause) -> None:
    """By the portal itself; whoever may switch it on again is told. Its messages wait."""
    endpoint.off_cause = cause
    endpoint.move_to(EndpointState.OFF, by=None)
