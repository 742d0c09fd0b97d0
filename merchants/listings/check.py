"""One rule that a listing meets, or not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One rule for one listing; `text` says what to do while it is not met, or why it is."""

    rule: str
    title: str
    passed: bool
    text: str = ""
