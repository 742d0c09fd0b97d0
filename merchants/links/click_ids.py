"""Click ids: made when a reader follows a listing's link, given back by the marketplace.

A click id is `<id>.<signature>` and, whole, the event id of the click's touchpoint: what a partner
gives back names the touchpoint as it is, and what we did not sign names none. The community's app
signs the reader's pseudonymous id in the same way when it opens the link. Both signatures are the
first 32 hex digits of HMAC-SHA256 over `<purpose>:<value>` under `LINK_SIGNING_KEY`, the purposes
being `click` and `reader`.
"""

import hashlib
import hmac
from uuid import uuid4

from django.conf import settings


def make() -> str:
    """The signed id of a new click."""
    return sign("click", uuid4().hex)


def sign(purpose: str, value: str) -> str:
    """`value` with its signature for `purpose` (`click` or `reader`)."""
    return f"{value}.{_signature(purpose, value)}"


def read(purpose: str, signed: str) -> str | None:
    """The value that was signed for `purpose`, None when the signature is not ours."""
    # From the right: a reader's id may have dots of its own.
    value, _dot, signature = signed.rpartition(".")
    # Bytes, because compare_digest raises for text beyond ASCII, and anybody may send that.
    if value and hmac.compare_digest(signature.encode(), _signature(purpose, value).encode()):
        return value
    return None


def _signature(purpose: str, value: str) -> str:
    # With its purpose, so that the signed id of a reader never passes for a click.
    key = settings.LINK_SIGNING_KEY.encode()
    return hmac.new(key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()[:32]
