"""Cyclic garbage is looked for seldom, and never in what was loaded before the first request.

Python walks through all it has again and again, whenever some hundred objects were made. Modules,
models and templates stay to the end, and there are hundreds of thousands of them; requests leave
few cycles. So a page of many cells would pay an eighth of its time for nothing.
"""

import atexit
import gc

# New objects until it is looked among them; some tens of megabytes wait at most.
BETWEEN = 20_000


def look_seldom() -> None:
    """Everything that is there now stays; call it when all is loaded. Processes forked from this
    one share what they do not write to."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(BETWEEN, 10, 10)
    # Libraries count at the end what is left of theirs, and write lines of their own.
    atexit.register(gc.unfreeze)
