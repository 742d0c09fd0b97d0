"""Write an export: aside first, and under its name only when it is whole."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import translation
from django.utils.translation import ngettext

from portal import clock, words
from portal.accounts import audit
from portal.exports import asking
from portal.exports.models import Export, folder
from portal.jobs.claims import Claim

LINES_BETWEEN_REPORTS = 500


def prepare(claim: Claim, export: Export) -> None:
    """Make the file of `export`, in the language in which it was asked for.

    Raises Refusal when its owner may not read the list any more.
    """
    with translation.override(export.language), _aside(claim) as coming:
        _write(claim, asking.lines_of(export), coming)
        export.bytes = coming.stat().st_size
        with claim.writing():
            # The fence keeps it apart from what a worker that was thought dead may write still.
            export.stored = f"{export.pk}.{claim.fence}.{export.suffix}"
            export.ready_at = clock.now()
            export.save(update_fields=["stored", "bytes", "ready_at"])
            facts = {"file": export.file_name, "asker": export.owner.email}
            audit.record("export.ready", export, by=None, team=export.audit_team(), new=facts)
            os.replace(coming, export.path)


@contextmanager
def _aside(claim: Claim) -> Iterator[Path]:
    """A new file in the folder, gone when the block ends; what a killed worker leaves is swept."""
    folder().mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder(), prefix="coming-")
    os.close(handle)
    coming = Path(name)
    try:
        yield coming
    finally:
        coming.unlink(missing_ok=True)


def _write(claim: Claim, lines: Iterator[bytes], path: Path) -> None:
    with path.open("wb") as file:
        for number, line in enumerate(lines):
            file.write(line)
            if number % LINES_BETWEEN_REPORTS == 0:
                claim.progress(number, number + 1, _so_far(number))
        file.flush()
        os.fsync(file.fileno())


def _so_far(rows: int) -> str:
    return ngettext("%(rows)s row so far", "%(rows)s rows so far", rows) % {
        "rows": words.count(rows)
    }
