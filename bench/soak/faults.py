"""What is done to the site: a fault returns when its cause is over, and whether there was one."""

import random
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench.soak import tree

# Longer than a lease: the job is another worker's when the process goes on.
STOPPED_SECONDS = 26.0
CHILD = "reports.events.child"
JOBS = ("celery", " worker -c ")
BEAT = ("celery", " beat -s ")
BEATS_WORKER = ("celery", " worker -Q beat ")
_BLOCK = b"\0" * (1 << 20)


@dataclass(frozen=True)
class Stage:
    """Where faults happen: the process that started all others, and a disk that can be filled."""

    root: int
    disk: Path | None
    rng: random.Random


def workers(root: int) -> list[int]:
    """The workers of people's jobs; their pools are their children."""
    found = tree.named(root, *JOBS)
    return [pid for pid in found if not any(pid in tree.children(other) for other in found)]


def pool(root: int) -> list[int]:
    return [
        child
        for worker in workers(root)
        for child in tree.children(worker)
        if CHILD not in tree.command(child)
    ]


def kill_reader(stage: Stage) -> bool:
    return _kill_one(stage, tree.named(stage.root, CHILD))


def kill_pool_process(stage: Stage) -> bool:
    return _kill_one(stage, pool(stage.root))


def kill_worker(stage: Stage) -> bool:
    return _kill_one(stage, workers(stage.root))


def kill_postgres(stage: Stage) -> bool:
    return _kill_one(stage, tree.named(stage.root, "bin/postgres", " -D"))


def kill_broker(stage: Stage) -> bool:
    return _kill_one(stage, tree.named(stage.root, "valkey-server"))


def kill_worker_and_broker(stage: Stage) -> bool:
    """Whoever was at work is gone, and so is what would wake somebody else."""
    return all([kill_worker(stage), kill_broker(stage)])


def kill_worker_and_postgres(stage: Stage) -> bool:
    """Whoever was at work is gone, and nobody can write that down."""
    return all([kill_worker(stage), kill_postgres(stage)])


def replace_the_broker(stage: Stage) -> bool:
    """An empty one comes in its place: no message and no group of messages is left of the old."""
    found = tree.named(stage.root, "valkey-server")
    if not found:
        return False
    shutil.rmtree(tree.folder(found[0]) / "appendonlydir")
    return tree.send(found[0], signal.SIGKILL)


def kill_beat(stage: Stage) -> bool:
    return _kill_one(stage, tree.named(stage.root, *BEAT))


def kill_beats_worker(stage: Stage) -> bool:
    return _kill_one(stage, tree.named(stage.root, *BEATS_WORKER))


def stop_past_the_lease(stage: Stage) -> bool:
    """Stop a process of the pool, preferably one that reads, and let it go on too late."""
    found = pool(stage.root)
    busy = [pid for pid in found if tree.children(pid)]
    if not found:
        return False
    chosen = stage.rng.choice(busy or found)
    if tree.send(chosen, signal.SIGSTOP):
        time.sleep(STOPPED_SECONDS)
        tree.send(chosen, signal.SIGCONT)
    return True


def stop_the_broker(stage: Stage) -> bool:
    """It takes connections and answers nobody, for longer than a lease."""
    found = tree.named(stage.root, "valkey-server")
    if not found or not tree.send(found[0], signal.SIGSTOP):
        return False
    time.sleep(STOPPED_SECONDS)
    return tree.send(found[0], signal.SIGCONT)


def fill_the_disk(stage: Stage) -> bool:
    """Leave not a byte for a while, for a minute at most."""
    if stage.disk is None:
        return False
    filler = stage.disk / "filler"
    until = time.monotonic() + stage.rng.uniform(15, 60)
    with filler.open("ab", buffering=0) as file:
        while time.monotonic() < until:
            with suppress(OSError):
                file.write(_BLOCK)
                continue
            time.sleep(0.2)
    filler.unlink()
    return True


Fault = Callable[[Stage], bool]
ALL: list[Fault] = [
    kill_reader, kill_pool_process, kill_worker, kill_postgres, kill_broker, kill_beat,
    kill_beats_worker, kill_worker_and_broker, kill_worker_and_postgres, replace_the_broker,
    stop_past_the_lease, stop_the_broker, fill_the_disk,
]  # fmt: skip


def _kill_one(stage: Stage, found: list[int]) -> bool:
    return bool(found) and tree.send(stage.rng.choice(found), signal.SIGKILL)
