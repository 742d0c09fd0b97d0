"""Limits a process sets itself before it reads what a stranger made."""

import ctypes
import os
import resource
import signal

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def confine(*, memory_bytes: int, cpu_seconds: int | None = None, writes: bool = True) -> None:
    """From here on this process has at most `memory_bytes` and `cpu_seconds`, leaves no core dump,
    and ends with the process that started it, even when that one is killed (Linux).

    Beyond its CPU seconds it ends by SIGXCPU, which nobody else sends. Without `writes` it can put
    nothing into any file.
    """
    _at_most(resource.RLIMIT_AS, memory_bytes)
    _at_most(resource.RLIMIT_CORE, 0)
    if cpu_seconds is not None:
        # With both limits equal the kernel sends SIGKILL, as it does when memory is short.
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    if not writes:
        _at_most(resource.RLIMIT_FSIZE, 0)
    die_with_parent(signal.SIGKILL)


def die_with_parent(number: signal.Signals, parent: int | None = None) -> None:
    """Have the kernel send `number` to this process as soon as its parent (thread) ends.

    `parent` is the parent's pid, where the caller knows it: one that is already gone ends this
    process at once.
    """
    _libc.prctl(_PR_SET_PDEATHSIG, number)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def _at_most(what: int, limit: int) -> None:
    resource.setrlimit(what, (limit, limit))
