"""Run what a hostile file can make grow in a process of its own, and hear what it says."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, NoReturn

from django.conf import settings

from portal import words
from portal.jobs import causes
from portal.jobs.registry import Claim
from reports.events.child import CPU_SECONDS, Before, Task
from reports.events.contract import BadFile, Fault
from reports.events.merge import Merged
from reports.lake.storage import at_hand

_MB = 1_000_000


class ChildDied(Exception):
    """The process ended without an answer: broken by the file."""


@contextmanager
def opened(task: Task, *, claim: Claim) -> Iterator["Sandbox"]:
    """A process for the file of the task.

    It gets no environment but what it needs, and ends with the block, with this process, or when
    the claim is over.
    """
    folder = Path(task.folder)
    seconds = CPU_SECONDS + Path(task.path).stat().st_size // _MB
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(settings.BASE_DIR),
        "TMPDIR": task.folder,
        "LANG": "C.UTF-8",
        # What is freed goes back at once, so that memory does not grow with the file.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_MMAP_THRESHOLD_": str(256 << 10),
        # It calculates nothing with matrices, whose threads would spin while it starts.
        "OPENBLAS_NUM_THREADS": "1",
    }
    with ExitStack() as stack:
        errors = stack.enter_context((folder / "stderr.txt").open("wb"))
        child = stack.enter_context(_started(str(seconds), folder, environment, errors))
        stack.callback(_hang_up, child)
        stack.callback(child.kill)
        stack.enter_context(claim.stops(child.kill))
        yield Sandbox(child, task, claim, seconds)


def _started(
    seconds: str, folder: Path, environment: dict[str, str], errors: IO[bytes]
) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "reports.events.child", seconds],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=environment,
        cwd=folder,
        text=True,
    )


def _hang_up(child: "subprocess.Popen[str]") -> None:
    """Close the way to a process that may have ended with a task unread: that it cannot be sent any
    more is no news, and would hide why the process ended."""
    assert child.stdin is not None
    with suppress(BrokenPipeError):
        child.stdin.close()


class Sandbox:
    """The process while it lives.

    Each method raises BadFile, ChildDied or Killed, and what the claim says when it is over.
    """

    def __init__(
        self, child: "subprocess.Popen[str]", task: Task, claim: Claim, seconds: int
    ) -> None:
        self._child, self._task, self._claim, self._seconds = child, task, claim, seconds

    def read(self) -> dict[str, Any]:
        """Read the file, first of all; see `reports.events.child.read`."""
        return self._ask(asdict(self._task))

    def compare(self, known: Before) -> Merged:
        """Compare what was read with what the lake has; see `reports.events.child.compare`.

        The process can fetch nothing, so it says first of which days it has to read files.
        """
        days = self._ask({"sheets": known.sheets})["days"]
        before = known.of(set(days))
        at_hand(before)
        return Merged(**self._ask({"before": before}))

    def _ask(self, task: dict[str, Any]) -> dict[str, Any]:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        try:
            self._child.stdin.write(json.dumps(task) + "\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            self._died()
        for line in self._child.stdout:
            said = json.loads(line)
            if "done" in said:
                return dict(said["done"])
            if "refused" in said:
                raise BadFile(Fault(said["refused"]), **said["details"])
            if "broke" in said:
                raise OSError(said["errno"] or 0, said["broke"])
            self._claim.progress(said["rows"], 0, words.count(said["rows"]))
        self._died()

    def _died(self) -> NoReturn:
        """The process has ended without an answer: say whose fault that is."""
        code = self._child.wait()
        if self._claim.over:
            raise self._claim.over
        if code == -signal.SIGXCPU:
            raise BadFile(Fault.TOO_MUCH_WORK, seconds=self._seconds)
        if causes.was_killed(code):
            raise causes.Killed(f"The reader of {self._task.path} was killed.")
        errors = Path(self._task.folder, "stderr.txt").read_text(errors="replace")
        raise ChildDied(f"exit {code}: {errors[-2000:]}")
