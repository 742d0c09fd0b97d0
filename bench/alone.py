"""The limited process of an intake, without a job that watches it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.sources.sandbox import Sandbox


@contextmanager
def reader(file: Path, folder: Path, *, batch: int = 1) -> Iterator["Sandbox"]:
    """It reads `file` as touchpoints of the source `links`, and works below `folder`."""
    from portal.jobs.claims import Claim
    from reports.events.child import Task
    from reports.sources import sandbox

    class Unclaimed(Claim):
        def progress(self, *_: object) -> None:
            """Nobody watches."""

    task = Task(
        path=str(file), folder=str(folder), stem=f"links.{batch}.1", contract="touchpoints",
        source="links", batch_id=batch, now="2026-06-01T00:00:00+00:00", key="6b" * 32, stores=None,
    )  # fmt: skip
    with sandbox.opened(task, claim=Unclaimed(0, 0)) as child:
        yield child
