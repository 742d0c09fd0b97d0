"""How a value is signed under a key. No settings: who has the key can ask anywhere."""

import hashlib
import hmac


def signature(key: bytes, purpose: str, value: str) -> str:
    """The first 32 hex digits of HMAC-SHA256 over `<purpose>:<value>`."""
    # With its purpose, so that the signed id of a reader never passes for a click.
    return hmac.new(key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()[:32]


def value_of(key: bytes, purpose: str, signed: str) -> str | None:
    """The value of `<value>.<signature>`, None when the signature is not one of this key."""
    # From the right: a reader's id may have dots of its own.
    value, _dot, sent = signed.rpartition(".")
    # Bytes, because compare_digest raises for text beyond ASCII, and anybody may send that.
    if value and hmac.compare_digest(sent.encode(), signature(key, purpose, value).encode()):
        return value
    return None
