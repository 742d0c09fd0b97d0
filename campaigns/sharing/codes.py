"""Codes and aliases: drawn by lot, in letters that nobody mixes up."""

import secrets
from hashlib import sha256

# Without I, L, O, U: 5 bits each.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ = str.maketrans("ILO", "110")
_PARTS, _PART = 6, 4


def code() -> str:
    """A new code of 120 bits, as “7H2K-…”: nobody guesses one, so a plain hash keeps it."""
    return "-".join(_drawn(_PART) for _ in range(_PARTS))


def alias() -> str:
    """A new name for a merchant."""
    return f"M-{_drawn(6)}"


def hashed(code: str) -> str:
    """What is kept of a code, however it is written."""
    typed = "".join(each for each in code.upper().translate(_READ) if each in _LETTERS)
    return sha256(typed.encode()).hexdigest()


def _drawn(letters: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(letters))
