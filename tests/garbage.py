"""Cyclic garbage is looked for seldom in tests, and never in what was loaded before the first one.

The modules and the thousands of collected tests stay to the end. To walk through them again and
again, whenever some hundred objects were made, took an eighth of the time of all tests.
"""

import gc

# Requests and pages leave few cycles: some tens of megabytes wait at most.
BETWEEN = 20_000


def pytest_collection_finish() -> None:
    """Everything that is there now stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(BETWEEN, 10, 10)


def pytest_unconfigure() -> None:
    """Libraries count at the end what is left of theirs."""
    gc.unfreeze()
