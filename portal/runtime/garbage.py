"""Cyclic garbage is looked for seldom, and never in what was loaded before the first request.

Python walks through all it has again and again, whenever some hundred objects were made. Modules,
models and templates stay to the end, and there are hundreds of thousands of them; requests leave
few cycles. So a page of many cells would pay an eighth of its time for nothing.
"""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects until it is looked among them; some tens of megabytes wait at most.
BETWEEN = 20_000
# A migration leaves behind all models as they were before it, in cycles: to look for them as often
# is a quarter of migrating. So many more are some hundred megabytes.
BETWEEN_MIGRATIONS = 200_000


def look_later() -> None:
    """Nothing is looked for while all is being loaded, until `look_seldom`."""
    gc.disable()


def look_seldom(*, between: int = BETWEEN) -> None:
    """Everything that is there now stays; call it when all is loaded. Processes forked from this
    one share what they do not write to."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(between, 10, 10)
    gc.enable()
    # Libraries count at the end what is left of theirs, and write lines of their own.
    atexit.register(gc.unfreeze)


@contextmanager
def looked_for_less(*, between: int) -> Iterator[None]:
    """Inside, garbage is looked for after so many new objects."""
    before = gc.get_threshold()
    gc.set_threshold(between, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
