"""The processes below one of ours, as the kernel names them."""

import os
import signal
from pathlib import Path


def below(root: int) -> list[int]:
    """Every process that `root` started, and those they started, however deep."""
    parents = {pid: parent for pid in _all() if (parent := _parent(pid)) is not None}
    found, new = [], {root}
    while new := {pid for pid, parent in parents.items() if parent in new}:
        found += sorted(new)
    return found


def named(root: int, *words: str) -> list[int]:
    """Those of them whose command line has all of these words."""
    return [pid for pid in below(root) if all(word in command(pid) for word in words)]


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def cpu_seconds(pid: int) -> float:
    """How long it has computed, in user and system mode; 0 once it is gone."""
    try:
        used = _stat(pid)[11:13]
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def folder(pid: int) -> Path:
    """Where it works."""
    return Path(f"/proc/{pid}/cwd").resolve()


def children(pid: int) -> list[int]:
    return [child for child in _all() if _parent(child) == pid]


def send(pid: int, number: signal.Signals) -> bool:
    """Whether the process was there to be told."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _all() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _parent(pid: int) -> int | None:
    try:
        return int(_stat(pid)[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def _stat(pid: int) -> list[str]:
    """What the kernel says of a process, from its state on: the name before has any sign in it."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
