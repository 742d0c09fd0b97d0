"""The site's own clicks: from the spool of `/l/` links to the source `links`."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from merchants.links import spool
from portal import clock
from reports.sources.models import Batch, Source
from reports.sources.receiving import receive_stream

SOURCE = "links"
# Each batch is a commit and a file of the lake: clicks come in when the last ones came so long ago,
# or are so many.
EVERY = timedelta(minutes=5)
MOST_BYTES = 8 << 20

log = logging.getLogger(__name__)


def receive_due() -> Batch | None:
    """Receive what the spool holds, if that is due by age or size."""
    last = Batch.objects.filter(source__code=SOURCE).order_by("-received_at").first()
    # A clock that was set back must not keep clicks waiting.
    is_recent = last and abs(clock.now() - last.received_at) < EVERY
    if is_recent and spool.waiting_bytes() < MOST_BYTES:
        return None
    return receive_clicks()


def receive_clicks() -> Batch | None:
    """Receive what the spool holds as one batch; None when it holds nothing.

    The files are removed once the inbox has their bytes. Those that were received but not removed
    come again with the next ones, and are known then: nothing comes in twice. One that cannot be
    read keeps no other one waiting.
    """
    paths = [path for path in spool.rotate() if _has_clicks(path)]
    batch, read = None, list[Path]()
    if paths:
        # Readers were sent on by these clicks: whatever happens, they come in.
        batch = receive_stream(
            Source.objects.get(code=SOURCE),
            blocks=_lines(paths, read),
            file_name=paths[0].name,
            by=None,
            keeps_trying=True,
        )
    for path in read:
        _remove(path)
    return batch


def _has_clicks(path: Path) -> bool:
    """Whether a file has any; one without is removed."""
    try:
        if any(spool.lines(path)):
            return True
    except OSError:
        log.exception("The clicks of %s wait for the next look.", path.name)
        return False
    _remove(path)
    return False


def _lines(paths: list[Path], read: list[Path]) -> Iterator[bytes]:
    """The lines of the files; those that could be read to their end are added to `read`."""
    for path in paths:
        try:
            yield from spool.lines(path)
        except OSError:
            log.exception("The rest of the clicks of %s waits for the next look.", path.name)
        else:
            read.append(path)


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError:
        log.exception("The clicks of %s could not be removed: they come again.", path.name)
