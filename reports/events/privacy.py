"""User ids leave here as keyed hashes, or not at all."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa

KEY_BYTES = 16
MASK = "***"
UNREADABLE = "(unreadable, not kept)"

Users = Callable[[pa.Array], pa.Array]


def keyed(key: bytes) -> Users:
    """A function that replaces each user id by its keyed BLAKE2b hash of 128 bits.

    Only the distinct ids of an array are hashed.
    """

    start = hashlib.blake2b(digest_size=KEY_BYTES, key=key).copy

    def digest(user: bytes) -> bytes:
        hashing = start()
        hashing.update(user)
        return hashing.digest()

    def hashed(ids: pa.Array) -> pa.Array:
        encoded = ids.dictionary_encode()
        digests = b"".join(map(digest, encoded.dictionary.cast(pa.binary()).to_pylist()))
        keys = pa.Array.from_buffers(
            pa.binary(KEY_BYTES), len(encoded.dictionary), [None, pa.py_buffer(digests)]
        )
        return keys.cast(pa.binary()).take(encoded.indices)

    return hashed


def plain(ids: pa.Array) -> pa.Array:
    """Keep the ids: for bare files, whose users are already pseudonyms of their owner."""
    return ids


def masked_fields(fields: list[str], user_at: int | None, expected: int) -> list[str]:
    """The fields of a record of the wrong length, without those that may be the user's id."""
    if user_at is None:
        return fields
    extra = len(fields) - expected
    first, last = user_at + min(extra, 0), user_at + max(extra, 0)
    return [MASK if first <= position <= last else value for position, value in enumerate(fields)]


def masked_json(line: str) -> str:
    """A line of JSON without the user's id. One that cannot be read is not kept at all."""
    try:
        said = json.loads(line, object_pairs_hook=_masked)
        # Lone surrogates cannot be stored.
        return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace").decode()
    except (ValueError, RecursionError):
        return UNREADABLE


def _masked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object at any depth; of repeated names the last one counts, as in the row."""
    return {name: MASK if name == "user_id" else value for name, value in pairs}
