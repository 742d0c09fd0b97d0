"""Run the reader of hostile files in a process of its own, and hear what it says."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings

from portal import words
from portal.jobs.registry import Claim
from reports.events.child import Task
from reports.events.contract import BadFile, Fault


class ChildDied(Exception):
    """The process ended without an answer: killed, or broken by the file."""


def read(task: Task, *, claim: Claim) -> dict[str, Any]:
    """Read the file of the task; see `reports.events.child.read`.

    Raises BadFile, ChildDied, and LeaseLost when the job is another worker's now. The process
    gets no environment but what it needs, and ends when this one does.
    """
    folder = Path(task.folder)
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(settings.BASE_DIR),
        "TMPDIR": task.folder,
        "LANG": "C.UTF-8",
        # What is freed goes back at once, so that memory does not grow with the file.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_MMAP_THRESHOLD_": str(256 << 10),
    }
    with (
        (folder / "stderr.txt").open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "reports.events.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
            cwd=folder,
            text=True,
        ) as child,
    ):
        try:
            return _listen(child, task, claim)
        finally:
            child.kill()


def _listen(child: "subprocess.Popen[str]", task: Task, claim: Claim) -> dict[str, Any]:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps(asdict(task)) + "\n")
    child.stdin.close()
    for line in child.stdout:
        said = json.loads(line)
        if "done" in said:
            return dict(said["done"])
        if "refused" in said:
            raise BadFile(Fault(said["refused"]), **said["details"])
        claim.progress(said["rows"], 0, words.count(said["rows"]))
    errors = Path(task.folder, "stderr.txt").read_text(errors="replace")
    raise ChildDied(f"exit {child.wait()}: {errors[-2000:]}")
