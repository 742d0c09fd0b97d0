"""Batches and clicks that are sent while things break, and what has to come of them."""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

ROWS = 4000
AT = "2026-01-31T08:00:00+08:00"


@dataclass
class Sent:
    """What went out: the ids that have to be in the lake once, and how often rows were sent."""

    prefix: str = "soak"
    events: set[str] = field(default_factory=set)
    clicks: set[str] = field(default_factory=set)
    batches: list[int] = field(default_factory=list)
    rows: int = 0

    def batch(self, folder: Path) -> None:
        """A file of new rows, of some twice and of some that cannot be taken.

        Whoever sends it asks again until he is told that it was received, as a sender does.
        """
        first = len(self.events)
        ids = [f"{self.prefix}-{at}" for at in range(first, first + ROWS)]
        lines = [f"{name},{AT},u1,n1,view" for name in [*ids, *ids[:100]]]
        lines += [f"bad-{at},yesterday,u1,n1,view" for at in range(50)]
        path = folder / "sent.csv"
        path.write_text("\n".join(["event_id,occurred_at,user_id,note_id,kind", *lines, ""]))
        self.batches.append(_insist(path))
        self.events.update(ids)
        self.rows += len(lines)

    def click(self) -> None:
        """A click as the redirect writes it down: acknowledged once it is on the disk."""
        name = f"{self.prefix}-click-{len(self.clicks)}"
        line = {
            "event_id": name, "occurred_at": AT, "user_id": "u1", "note_id": "n1",
            "kind": "click", "listing_id": "1", "placement": "note_body",
        }  # fmt: skip
        path = Path(settings.VAR_DIR) / "clicks" / f"{len(self.clicks):020}-soak.jsonl"
        draft = path.with_suffix(".draft")
        try:
            with draft.open("w") as file:
                file.write(json.dumps(line) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            draft.unlink(missing_ok=True)
            return
        draft.rename(path)
        self.clicks.add(name)


def _insist(path: Path) -> int:
    from reports.sources import receiving
    from reports.sources.models import Source

    while True:
        try:
            source = Source.objects.get(code="community")
            return int(receiving.receive(source, path=path, file_name=path.name, by=None).pk)
        except (OperationalError, InterfaceError, OSError):
            connection.close()
            time.sleep(0.5)
