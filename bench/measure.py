"""What all benchmarks share: the machine they ran on, and medians."""

import os
import platform
import statistics
import time
from collections.abc import Callable


def machine() -> str:
    """One line about the machine: usable cores, processor, Python."""
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {platform.machine()}, Python {platform.python_version()}"


def median_ms(act: Callable[[], object], *, times: int) -> float:
    """Median wall time of `act` in milliseconds, after one unmeasured call."""
    act()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000
