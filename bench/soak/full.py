"""`make soak ARGS="--full 3"`: the disk of the lake is full at random moments of ingest, run and
compaction.

The story is that of `bench.soak.kills`, with a small disk for the lake, the inbox, quarantine, and
what jobs write on their way. It is filled to its last byte at a random moment, until the job has
said that the disk is why it does not go on; then it is freed, and the job has to end by itself.
`--full` is the number of rounds.
"""

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.soak import faults, kills

# Longer than any of the phases takes: who has not run into it by then has written before.
FULL_SECONDS = 60
_BLOCK = b"\0" * (1 << 20)


def run(stage: faults.Stage, folder: Path, rounds: int) -> int:
    """As `kills.run`; 2 where no small disk could be mounted."""
    if stage.disk is None:
        print("No small disk can be mounted here: a limit of the size of files is not the same.")
        return 2
    phases = (kills.INGEST, kills.RUN, kills.COMPACTION)
    return kills.run(stage, folder, rounds, harms=[fill], harmed=phases)


def fill(site: kills.Site, job: Any) -> str:
    """Fill the disk until the job says so, and free it; empty where the job ran into nothing."""
    assert site.stage.disk is not None
    filler = site.stage.disk / "filler"
    until = time.monotonic() + FULL_SECONDS
    said = ""
    with filler.open("ab", buffering=0) as file:
        while time.monotonic() < until and not said:
            with suppress(OSError):
                while file.write(_BLOCK):
                    pass
            now = kills.insisted(lambda: kills.as_it_is(job))
            if now.state not in ("queued", "running"):
                break
            said = now.get_cause_display() if now.cause == "disk" else ""
            time.sleep(kills.LOOK_SECONDS)
    filler.unlink()
    return f"“{said}”" if said else ""
