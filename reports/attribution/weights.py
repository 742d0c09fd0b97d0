"""The integers that time_decay weighs touchpoints with."""

from decimal import Decimal, localcontext
from functools import cache

# Under the oldest touchpoint of the widest window the weight of time_decay is still 141.
MAX_WINDOW_DAYS = 90
HALF_LIFE_HOURS = 168
DECAY_SCALE = 2**20


@cache
def decay_weights() -> tuple[int, ...]:
    """Weight of time_decay by whole hours of age: round(2^20 * 2^(-h/168)), h from 0 on."""
    with localcontext(prec=50):
        fresh = [
            DECAY_SCALE * Decimal(2) ** (-Decimal(hour) / HALF_LIFE_HOURS)
            for hour in range(HALF_LIFE_HOURS)
        ]
        return tuple(
            int((fresh[hour % HALF_LIFE_HOURS] / 2 ** (hour // HALF_LIFE_HOURS)).to_integral())
            for hour in range(MAX_WINDOW_DAYS * 24 + 1)
        )
