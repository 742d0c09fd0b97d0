"""Standard Webhooks 1.0: signing what we send, and telling what partners sent from forgeries.

No key is kept: each is derived from the site's one secret, an endpoint and a generation. What we
send and what we are sent are signed with different keys, so that nobody's own message comes back
to him as ours. https://github.com/standard-webhooks/standard-webhooks has the specification.
"""

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings

from portal.webhooks.models import Endpoint

# How far the clocks of both sides may be apart.
TOLERANCE = timedelta(minutes=5)
# While keys change there are two; whoever sends hundreds only wants us to count.
MOST_SIGNATURES = 10

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_MOMENT = re.compile(r"[1-9][0-9]{9}", re.ASCII)
# Other versions than ours may stand beside it: they are read past, as the specification says.
_SIGNATURE = re.compile(r"v[0-9]{1,2}[a-z]?,[A-Za-z0-9+/]{16,600}={0,2}", re.ASCII)


class Direction(StrEnum):
    """Whose messages a key signs, as we see it."""

    OUT = "out"
    IN = "in"


class Forged(Exception):
    """Nobody whom we know has signed this, or not now. It does not say which: whoever tries is
    told nothing."""


def key_of(code: str, direction: Direction, generation: int) -> bytes:
    """The key of an endpoint: HKDF-SHA256 (RFC 5869) without salt, 32 bytes."""
    drawn = hmac.digest(bytes(32), settings.WEBHOOK_KEY.encode(), "sha256")
    return hmac.digest(drawn, f"{direction}:{code}:{generation}".encode() + b"\x01", "sha256")


def secret_of(key: bytes) -> str:
    """A key as people hand it over."""
    return f"whsec_{b64encode(key).decode()}"


def keys_of(endpoint: Endpoint, direction: Direction, now: datetime) -> list[bytes]:
    """The keys in force: the newest, and the one before it as long as it holds."""
    generations = [endpoint.generation]
    if endpoint.old_hold(now):
        generations.append(endpoint.generation - 1)
    return [key_of(endpoint.code, direction, generation) for generation in generations]


def sign(keys: Sequence[bytes], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of one attempt, `at` its moment: a signature by each key."""
    moment = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(_signature(key, message_id, moment, body) for key in keys),
    }


def verify(code: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a message that the endpoint `code` has signed. Raises Forged.

    `headers` are read whatever the case of their names where it is Django's mapping; `body` are
    the bytes as they came. An endpoint that is off may send: it is our sending that is.
    """
    endpoint = Endpoint.objects.filter(code=code).first()
    if endpoint is None:
        raise Forged
    return check(keys_of(endpoint, Direction.IN, now), headers, body, now)


def check(keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a message that one of `keys` has signed within TOLERANCE of `now`. Raises Forged.

    Signatures are compared as they are written, so that each has one writing alone.
    """
    message_id = headers.get("webhook-id", "")
    moment = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split(" ")
    if not (_ID.fullmatch(message_id) and _MOMENT.fullmatch(moment)):
        raise Forged
    if abs(int(moment) - int(now.timestamp())) > TOLERANCE.total_seconds():
        raise Forged
    if len(given) > MOST_SIGNATURES or not all(map(_SIGNATURE.fullmatch, given)):
        raise Forged
    ours = [_signature(key, message_id, moment, body).encode() for key in keys]
    # All are compared: how long it takes tells nobody which was right.
    fits = [hmac.compare_digest(one, other.encode()) for one in ours for other in given]
    if not any(fits):
        raise Forged
    return message_id


def _signature(key: bytes, message_id: str, moment: str, body: bytes) -> str:
    signed = hmac.new(key, f"{message_id}.{moment}.".encode() + body, hashlib.sha256)
    return f"v1,{b64encode(signed.digest()).decode()}"
