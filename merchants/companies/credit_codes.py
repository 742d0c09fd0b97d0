"""Unified social credit codes of Chinese companies (GB 32100-2015)."""

import re

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def check_digit(first_17: str) -> str:
    """The 18th character that belongs to the first 17."""
    total = sum(
        _ALPHABET.index(char) * weight for char, weight in zip(first_17, _WEIGHTS, strict=True)
    )
    return _ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """Whether `code` has 18 characters of the alphabet and its last one is the check digit."""
    return bool(re.fullmatch(f"[{_ALPHABET}]{{18}}", code)) and check_digit(code[:17]) == code[17]
