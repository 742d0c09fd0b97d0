"""Bare files made ready for the engine: judged row by row, then compared, as ingest does it.

All files of an argument are one sending of one source: nobody says which of them is newer. So the
same row again is a duplicate, another content of a key a correction where `revised_at` tells which
is newer, and else a conflict.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from glob import glob
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from portal import clock
from reports.events.contract import PLACEMENTS, BadFile, Column, Contract, Reason, Type
from reports.events.declared import Declared
from reports.events.merge import merge
from reports.events.parts import DayParts
from reports.events.privacy import plain
from reports.events.quarantine import FILE
from reports.events.reader import Reading
from reports.events.rules import Rules
from reports.events.sentences import fault_sentence
from reports.events.stamp import schema, stamped

LISTINGS = Contract(
    "listings",
    (
        Column("listing_id", required=True),
        Column("note_id", required=True),
        Column("product_id", required=True),
        Column("store_id", required=True),
        Column("merchant_id"),
        Column("placement", Type.CHOICE, choices=PLACEMENTS),
        Column("live_from", Type.INSTANT, required=True),
        Column("live_to", Type.INSTANT),
    ),
)


class BadInput(Exception):
    """A path that holds nothing that can be read; the message is for people."""


@dataclass
class Staged:
    """Files of the rows that are left, and what became of the others."""

    files: list[str] = field(default_factory=list)
    sent: int = 0
    duplicate: int = 0
    corrected: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)

    def said(self) -> dict[str, Any]:
        """What the summary says: accepted + duplicate + quarantined = sent.

        A corrected row is an accepted one, and a conflicting one is quarantined.
        """
        quarantined = self.quarantined.total()
        conflicts = [name for name in self.quarantined if name.endswith(f": {Reason.CONFLICT}")]
        return {
            "sent": self.sent,
            "accepted": self.sent - self.duplicate - quarantined,
            "duplicate": self.duplicate,
            "corrected": self.corrected,
            "conflicting": sum(self.quarantined[name] for name in conflicts),
            "quarantined": quarantined,
            "quarantined_by_reason": dict(sorted(self.quarantined.items())),
        }


def files_at(path: str) -> list[Path]:
    """The files a path names, in order: itself, those in a folder below, or those of a pattern."""
    found = [Path(path)] if Path(path).exists() else [Path(name) for name in glob(path)]
    files = {
        file
        for place in found
        for file in (place.rglob("*") if place.is_dir() else [place])
        if file.is_file() and (file == place or not file.name.startswith((".", "_")))
    }
    if not files:
        raise BadInput(_("%(path)s: there is no such file.") % {"path": path})
    return sorted(files)


def stage_events(
    paths: Sequence[Path], contract: Contract, *, work_dir: Path, declared: Declared
) -> Staged:
    """Write the events of the files as the lake has them, with the versions that they have.

    `line` numbers the accepted rows of all files. Raises BadInput.
    """
    staged, folder = Staged(), work_dir / contract.name
    parts, out, accepted = DayParts(folder, "rows"), folder / "merged", 0
    for table in _accepted(paths, Rules(contract, plain, clock.now(), declared=declared), staged):
        lines = pa.array(np.arange(accepted, accepted + len(table)) + 1)
        table = table.set_column(table.schema.get_field_index("line"), "line", lines)
        accepted += len(table)
        rows = stamped(table, source="", batch_id=0)
        parts.add(
            rows.cast(pa.schema([schema(contract).field(name) for name in rows.schema.names]))
        )
    merged = merge(contract, folder=folder, parts=parts.close(), before=[], out=out)
    staged.duplicate, staged.corrected = merged.duplicate, merged.corrected
    staged.quarantined.update(_set_aside(out / FILE))
    again = {part: out / part for part in merged.parts if (out / part).exists()}
    staged.files = [str(again.get(part, folder / part)) for part in merged.parts]
    return staged


def stage_listings(paths: Sequence[Path], *, work_dir: Path, declared: Declared) -> Staged:
    """Write the listings of the files to one; they may lie at any time. Raises BadInput."""
    staged, file = Staged(), work_dir / "listings.parquet"
    now = clock.now().replace(year=9998)
    rules = Rules(
        LISTINGS, plain, now, earliest=datetime.min.replace(tzinfo=UTC), declared=declared
    )
    writer = None
    for table in _accepted(paths, rules, staged):
        writer = writer or pq.ParquetWriter(file, table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()
    return replace(staged, files=[str(file)])


def _accepted(paths: Sequence[Path], rules: Rules, staged: Staged) -> Iterator[pa.Table]:
    """The good rows, file by file; the others are counted."""
    for path in paths:
        try:
            for checked in Reading(path, rules):
                staged.sent += len(checked.accepted) + len(checked.rejected)
                staged.quarantined.update(f"{bad.field}: {bad.reason}" for bad in checked.rejected)
                yield checked.accepted
        except BadFile as error:
            raise BadInput(f"{path}: {fault_sentence(error.fault, error.details)}") from error


def _set_aside(file: Path) -> Counter[str]:
    """What was quarantined when rows were compared, by field and reason."""
    if not file.exists():
        return Counter()
    rows = pq.read_table(file, columns=["field", "reason"]).to_pylist()
    return Counter(f"{row['field']}: {row['reason']}" for row in rows)
