"""What a merchant writes on its payments: its number, with two digits that a slip does not meet."""

import re

_REFERENCE = re.compile(r"NL([0-9]{6,})-([0-9]{2})", re.IGNORECASE)


def reference_of(number: int) -> str:
    """12 is “NL000012-85”: the number is divided with its check by 97 and leaves 1 (ISO 7064)."""
    return f"NL{number:06d}-{98 - number * 100 % 97:02d}"


def number_of(text: str) -> int | None:
    """The number in a reference; None for anything else, a wrong check included."""
    found = _REFERENCE.fullmatch(text)
    if found is None or reference_of(int(found[1])) != text.upper():
        return None
    return int(found[1])
