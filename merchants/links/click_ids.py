"""Click ids: made when a reader follows a listing's link, given back by the marketplace.

A click id is `<id>.<signature>` and, whole, the event id of the click's touchpoint: what a partner
gives back names the touchpoint as it is, and what we did not sign names none. The community's app
signs the reader's pseudonymous id in the same way when it opens the link. Both signatures are the
first 32 hex digits of HMAC-SHA256 over `<purpose>:<value>` under `LINK_SIGNING_KEY`, the purposes
being `click` and `reader`.
"""

from uuid import uuid4

from django.conf import settings

from merchants.links.signatures import signature, value_of


def make() -> str:
    """The signed id of a new click."""
    return sign("click", uuid4().hex)


def sign(purpose: str, value: str) -> str:
    """`value` with its signature for `purpose` (`click` or `reader`)."""
    return f"{value}.{signature(_key(), purpose, value)}"


def read(purpose: str, signed: str) -> str | None:
    """The value that was signed for `purpose`, None when the signature is not ours."""
    return value_of(_key(), purpose, signed)


def _key() -> bytes:
    return settings.LINK_SIGNING_KEY.encode()
