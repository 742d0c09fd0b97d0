"""The site's own clicks: from the spool of `/l/` links to the source `links`."""

import logging
from pathlib import Path

from merchants.links import spool
from reports.sources.models import Batch, Source
from reports.sources.receiving import receive_stream

SOURCE = "links"

log = logging.getLogger(__name__)


def receive_clicks() -> list[Batch]:
    """Receive what the spool holds. A file is removed once the inbox has its bytes.

    A file that was received but not removed is the same batch again: nothing comes in twice. One
    that cannot be read keeps no other one waiting.
    """
    source = Source.objects.get(code=SOURCE)
    batches = []
    for path in spool.rotate():
        try:
            if any(spool.lines(path)):
                batches.append(_received(source, path))
            path.unlink()
        except OSError:
            log.exception("The clicks of %s wait for the next look.", path.name)
    return batches


def _received(source: Source, path: Path) -> Batch:
    # Readers were sent on by these clicks: whatever happens, they come in.
    return receive_stream(
        source, blocks=spool.lines(path), file_name=path.name, by=None, keeps_trying=True
    )
