"""A quarantined row is kept while its batch is; files of attempts that were lost are swept."""

import os
import time
from pathlib import Path

import pytest

from portal.uploads.keeping import KEPT, LEFT_SECONDS, sweep
from reports.sources.models import Batch, BatchState
from reports.tests.sending import HEAD, ROW, Send

pytestmark = pytest.mark.django_db


def grown_old(path: Path) -> Path:
    long_ago = time.time() - LEFT_SECONDS - 60
    os.utime(path, (long_ago, long_ago))
    return path


def test_a_quarantine_is_that_of_the_attempt_that_was_committed(send: Send) -> None:
    batch = send(HEAD + ROW + "t2,,u1,n1,view\n")
    folder = Path(KEPT["quarantine"].storage().path(""))
    [kept] = map(grown_old, folder.iterdir())
    lost = folder / f"{batch.pk}.99.parquet"
    lost.write_bytes(b"x")
    grown_old(lost)
    assert (sweep(), kept.exists(), lost.exists()) == (1, True, False)
    # While another attempt may still commit, nothing of the batch is swept.
    Batch.objects.update(state=BatchState.RECEIVED)
    lost.write_bytes(b"x")
    grown_old(lost)
    assert (sweep(), lost.exists()) == (0, True)
