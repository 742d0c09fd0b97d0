"""The site's own clicks: from the spool of `/l/` links to the source `links`."""

from merchants.links import spool
from reports.sources.models import Batch, Source
from reports.sources.receiving import receive

SOURCE = "links"


def receive_clicks() -> list[Batch]:
    """Receive what the spool holds. A file is removed once the inbox has its bytes.

    A file that was received but not removed is the same batch again: nothing comes in twice.
    """
    source = Source.objects.get(code=SOURCE)
    batches = []
    for path in spool.rotate():
        # Readers were sent on by these clicks: whatever happens, they come in.
        batches.append(receive(source, path=path, file_name=path.name, by=None, keeps_trying=True))
        path.unlink()
    return batches
