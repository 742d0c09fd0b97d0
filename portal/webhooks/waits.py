"""How long a message waits for its next try: longer each time, and never as long as another."""

from datetime import timedelta
from hashlib import sha256

_WAITS = (
    timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10),
    timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2), timedelta(hours=4),
)  # fmt: skip
LONGEST = _WAITS[-1]
# So much shorter or longer at most, in per cent: what failed together does not come back together.
SPREAD = 20


def after(name: str, failures: int) -> timedelta:
    """The wait after that many failures (from 1) of what is called `name`; the same whenever it is
    asked."""
    wait = _WAITS[min(failures, len(_WAITS)) - 1]
    drawn = int.from_bytes(sha256(f"{name} {failures}".encode()).digest()[:4])
    return wait * (100 - SPREAD + drawn % (2 * SPREAD + 1)) / 100
