"""What all benchmarks share: the machine they ran on, times, and memory."""

import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def machine() -> str:
    """One line about the machine: usable cores, processor, Python."""
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {platform.machine()}, Python {platform.python_version()}"


def median_ms(act: Callable[[], object], *, times: int) -> float:
    """Median wall time of `act` in milliseconds, after one unmeasured call."""
    return statistics.median(times_ms(act, times=times))


def times_ms(act: Callable[[], object], *, times: int) -> list[float]:
    """Wall times of `times` calls of `act` in milliseconds, after one unmeasured call."""
    act()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def cpu_ms(*processes: int) -> float:
    """How long these processes have worked since they began, in milliseconds: unlike wall time it
    does not tell what else the machine did."""
    stats = (Path(f"/proc/{process}/schedstat").read_text() for process in processes)
    return sum(int(stat.split()[0]) for stat in stats) / 1e6


def p95(values: Sequence[float]) -> float:
    """The smallest of `values` that at least 95 % of them do not exceed."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def forget_peak() -> None:
    """From now on `peak_mb` tells of what comes; the kernel keeps one peak per process."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_mb() -> float:
    """The most memory this process has had since `forget_peak`, in megabytes."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
