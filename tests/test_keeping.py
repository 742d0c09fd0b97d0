"""Every file on the disk has a row that owns it, and what nobody owns is swept."""

import ast
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from merchants.openings import applications
from merchants.openings.models import OpeningApplication
from portal import clock
from portal.accounts.models import User
from portal.uploads.keeping import KEPT, LEFT_SECONDS, sweep
from reports.sources.models import Batch, BatchState, Source
from tests.papers import PNG
from tests.sources import modules

# Folders below VAR_DIR, and what lets nothing grow in them.
FOLDERS = {
    "work": "portal/jobs/workspace.py sweeps it",
    "fetched": "reports/lake/storage.py sweeps it",
    "lake": "reports/lake/tables.py sweeps it",
    "clicks": "merchants/links hands it over and ends it",
    "links": "merchants/links/refreshing.py keeps one row for each listing in it",
    "demo": "`manage.py demo --take-away` removes it",
    "static": "collectstatic writes it",
    "media": "KEPT documents covers invoices",
    "inbox": "KEPT inbox",
    "quarantine": "KEPT quarantine",
    "exports": "KEPT exports",
}


def test_every_folder_that_is_written_to_has_somebody_who_sweeps_it() -> None:
    named = {
        node.right.value
        for _path, tree in modules("portal", "merchants", "campaigns", "reports", "demo")
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp)
        and isinstance(node.right, ast.Constant)
        and "VAR_DIR" in ast.unparse(node.left)
    }
    assert named == set(FOLDERS)
    said = [of.removeprefix("KEPT ") for of in FOLDERS.values() if of.startswith("KEPT ")]
    kept = {name for names in said for name in names.split()}
    assert kept == set(KEPT)


def grow_old(path: Path) -> Path:
    long_ago = time.time() - LEFT_SECONDS - 60
    os.utime(path, (long_ago, long_ago))
    return path


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["documents", "inbox", "quarantine", "exports"])
@pytest.mark.parametrize("orphan", ["coming-abc", "0123.pdf", "999999", "999999.1.parquet"])
def test_what_nobody_owns_is_swept_when_it_is_a_day_old(name: str, orphan: str) -> None:
    folder = Path(KEPT[name].storage().path(KEPT[name].below))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / orphan
    path.write_bytes(b"left")
    assert (sweep(), path.exists()) == (0, True)
    grow_old(path)
    assert (sweep(), path.exists()) == (1, False)


@pytest.mark.django_db
def test_a_document_is_kept_until_it_is_replaced(
    approval: OpeningApplication, alice: User, admin: User
) -> None:
    first = grow_old(Path(approval.document.path))
    assert (sweep(), first.exists()) == (0, True)
    OpeningApplication.objects.filter(pk=approval.pk).update(status="returned")
    document = SimpleUploadedFile("b.png", PNG)
    again = applications.resubmit(approval, document=document, by=alice)
    second = grow_old(Path(again.document.path))
    assert sweep() == 1
    assert [first.exists(), second.exists()] == [False, True]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "days", "stays"),
    [("received", 30, True), ("failed", 6, True), ("failed", 8, False), ("committed", 0, False)],
)
def test_the_bytes_of_a_batch_are_kept_while_they_are_needed(
    state: str, days: int, stays: bool, settings: Any
) -> None:
    batch = Batch.objects.create(
        source=Source.objects.get(code="jd"),
        bytes=1,
        state=BatchState(state),
        received_at=clock.now() - timedelta(days=days),
    )
    folder = Path(KEPT["inbox"].storage().path(""))
    folder.mkdir(parents=True)
    path = folder / str(batch.pk)
    path.write_bytes(b"x")
    grow_old(path)
    sweep()
    assert path.exists() == stays
