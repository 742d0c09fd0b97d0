"""What a batch of a source is judged against: the index beside the lake, and what it lacks."""

import logging
from pathlib import Path
from typing import Any

from reports.events import naming
from reports.events.child import Before
from reports.lake import tables as lake
from reports.lake.index import Index, of_table

log = logging.getLogger(__name__)


def before(snapshot: Any, table: str, source: str) -> Before:
    """What the snapshot holds of a source, as far as sheets tell of it, and the rest."""
    index = Index(table, f"{naming.KEYS}.{source}")
    known = index.manifest()
    there = lake.files_of_source(snapshot, source)
    indexed = [file for file in there if lake.below(file) in known.files]
    others = [file for file in there if lake.below(file) not in known.files]
    return Before([str(sheet) for sheet in index.sheets(known)], indexed, others)


def took(table: str, source: str, parts: list[str], *, sheets: Path) -> None:
    """Have the index tell of the parts of a batch that was committed, too.

    `sheets` is the folder of their sheets. Where that does not work the batch is in nevertheless:
    its files are read until the hourly look has added them.
    """
    try:
        for sheet, index in of_table(table, source).items():
            index.add(sheets / f"{sheet}.sheet", parts)
    except OSError:
        log.exception("The index of %s of %s lacks a batch for now.", table, source)
