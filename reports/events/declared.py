"""What the sender of a file says once, for every file: how its amounts and its times are meant."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What an amount counts."""

    FEN = "fen"
    YUAN = "yuan"


# A line of an order above this is a slip: fen and yuan mixed up, or an id among the amounts.
MOST_FEN = 10_000_000 * 100


@dataclass(frozen=True)
class Declared:
    """What a source has declared about its values. Plain JSON values, so that it can travel.

    `unit`: what its amounts count, `fen` or `yuan`; the lake holds fen in any case.
    `zone`: the IANA name of the zone of its times that name none (`Asia/Shanghai`); empty where it
    has declared none, and then such a time is not taken. A zone in a value always wins.
    `most_fen`: the largest amount that one line may have, in fen.
    """

    unit: str = Unit.FEN
    zone: str = ""
    most_fen: int = MOST_FEN
