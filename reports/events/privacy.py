"""User ids leave here as keyed hashes, or not at all; and what is shown of rows that went wrong."""

import hashlib
import json
import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import pyarrow as pa

from reports.events.contract import Column, Contract, Type

KEY_BYTES = 16
MASK = "***"
UNREADABLE = "(unreadable, not kept)"

# A day in figures, with or without a time behind it.
_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日T\s\d:.Z+-]{0,30}$", re.ASCII)
# At most seven figures, as an amount is written or a spreadsheet shortens it.
_SMALL = re.compile(r"[-+]?[¥￥]?(?:\d[,.]?){1,7}(?:E[-+]?\d{1,2})?元?$", re.ASCII)
_WORD = re.compile(r"[a-z_]{1,30}$")
_FLAGS = ("true", "false", "0", "1")

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


def shown(column: Column | None, value: str) -> str:
    """What of a value in a row that was not taken may be kept and shown.

    A row that went wrong may hold a person's id in any of its fields, so a value stands for itself
    only where it is recognised: a day, a small number, a known word or one that is nearly it. An
    id of a thing is shown by its ends, by which its sender finds it again. A click's id, the
    user's, and what stands in a column that is not ours (`None`) are not kept.
    """
    text = value.strip()
    if not text:
        return ""
    if column is None or column.type is Type.USER or column.name == "click_id":
        return MASK
    match column.type:
        case Type.INSTANT:
            return text if _DAY.match(text) else MASK
        case Type.INTEGER | Type.AMOUNT:
            return text if _SMALL.match(text) else ends(text) if text.isdigit() else MASK
        case Type.CHOICE | Type.FLAG:
            return text if _is_nearly_one_of(column.choices or _FLAGS, text.casefold()) else MASK
        case Type.TEXT:
            return ends(text)


@lru_cache(4096)
def _is_nearly_one_of(words: tuple[str, ...], text: str) -> bool:
    return text in words or bool(
        _WORD.match(text) and get_close_matches(text, words, n=1, cutoff=0.75)
    )


def ends(text: str) -> str:
    """The first and the last two letters of a text that is long enough for that."""
    return f"{text[:2]}\N{HORIZONTAL ELLIPSIS}{text[-2:]}" if len(text) >= 8 else MASK


def shown_loose(value: str) -> str:
    """The same for a field of which nobody knows the column: days alone are recognised."""
    text = value.strip()
    return text if not text or _DAY.match(text) else MASK


def shown_json(line: str, contract: Contract) -> str:
    """A line of JSON: the columns that are ours, of repeated ones the last, as in the row.

    One that cannot be read is not kept at all.
    """
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return UNREADABLE
    return shown_row(said, contract) if isinstance(said, dict) else MASK


def shown_row(row: dict[str, Any], contract: Contract) -> str:
    """A row as JSON, in the order of the contract; a list or an object is not kept."""
    kept = {
        column.name: MASK if isinstance(value, dict | list) else shown(column, _as_text(value))
        for column in contract.columns
        if (value := row.get(column.name)) is not None
    }
    # Lone surrogates cannot be stored.
    return json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace").decode()


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
