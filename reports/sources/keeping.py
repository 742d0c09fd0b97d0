"""Which files of the inbox and of the quarantine belong to a batch still."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from portal import clock
from portal.uploads.keeping import files_in, keep
from reports.sources.models import Batch, BatchState

# So long a file that failed for technical reasons can be sent again without its bytes.
FAILED_KEPT_FOR = timedelta(days=7)


def announce() -> None:
    keep("inbox", files_in(inbox), _waiting)
    keep("quarantine", files_in(quarantine), _quarantined)


def inbox() -> Path:
    """The folder of files on their way in, each named by the number of its batch."""
    return Path(settings.VAR_DIR) / "inbox"


def quarantine() -> Path:
    """The folder of the rows that were not taken, a file for each batch."""
    return Path(settings.VAR_DIR) / "quarantine"


def _waiting(names: list[str]) -> set[str]:
    """The bytes of batches that wait, or have failed not long ago, are named by their number."""
    numbers = [int(name) for name in names if name.isascii() and name.isdigit()]
    recently = Q(state=BatchState.FAILED, received_at__gt=clock.now() - FAILED_KEPT_FOR)
    batches = Batch.objects.filter(Q(state=BatchState.RECEIVED) | recently, pk__in=numbers)
    return {str(pk) for pk in batches.values_list("pk", flat=True)}


def _quarantined(names: list[str]) -> set[str]:
    """The one file of each batch is that of the attempt that committed it; another may run."""
    first = [name.partition(".")[0] for name in names]
    numbers = [int(number) for number in first if number.isascii() and number.isdigit()]
    rows = Batch.objects.filter(pk__in=numbers).values_list("pk", "quarantine_fence", "state")
    running = {str(pk) for pk, _fence, state in rows if state == BatchState.RECEIVED}
    committed = {f"{pk}.{fence}.parquet" for pk, fence, _state in rows if fence is not None}
    return committed | {name for name in names if name.partition(".")[0] in running}
