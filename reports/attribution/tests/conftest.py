"""Events on their real way into the lake."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing, ListingPeriod
from merchants.marketplaces.placements import Placement
from merchants.notes.models import Note
from merchants.stores import verbs as stores
from portal import clock
from portal.accounts.models import User
from portal.jobs import queue
from portal.jobs.models import JobState
from reports.attribution.tests.acting import LATER, Cast
from reports.attribution.tests.steps import LAST, order, touch
from reports.sources import receiving
from reports.sources.models import Batch, Source

Take = Callable[..., Batch]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Take rows of a source in, as a file; or of what a merchant says himself."""

    def take_in(source: str, *rows: dict[str, Any], merchant: Merchant | None = None) -> Batch:
        path = tmp_path / f"{source}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        found = Source.objects.get(code=source)
        batch = receiving.receive(found, path=path, file_name=path.name, by=None, merchant=merchant)
        assert batch.job
        assert queue.run_now(batch.job).state == JobState.DONE, batch.job.error
        batch.refresh_from_db()
        assert batch.accepted == len(rows)
        return batch

    return take_in


@pytest.fixture
def sold(live_listing: Listing, take: Take) -> Listing:
    """Three reads of the note, a week apart from each other's edge, and an order of 100 fen."""
    live_listing.periods.update(live_from=clock.now() - timedelta(days=100))
    take("community", *(touch(f"t{k}", live_listing, days_ago=k) for k in (3, 2, 1)))
    take("taobao_tmall", order("c1", live_listing))
    return live_listing


@pytest.fixture
def cast(live_listing: Listing, rival: Merchant, alice: User, charlie: User, admin: User) -> Cast:
    """Alice's listing is live for long, the rival's for four weeks; its second store waits."""
    live_listing.periods.update(live_from=clock.now() - timedelta(days=100))
    first, later = (
        stores.register(
            rival, kind="tmall", name=name, external_id=name, url=f"https://{name}.tmall.com/",
            by=charlie,
        )
        for name in ("rival1", LATER[0])
    )  # fmt: skip
    first = stores.verify(first, version=first.version, by=admin)
    product = Product.objects.create(
        store=first, external_id="rivals", title="R", category=Category.objects.get(code="beauty")
    )
    note = Note.objects.create(
        merchant=rival, external_id="rivals-note", title="R", kind="image", author_name="R",
        published_at=clock.now(),
    )  # fmt: skip
    theirs = Listing.objects.create(
        merchant=rival, note=note, product=product, placement=Placement.NOTE_BODY, code="rivals1",
        status="live", created_by=charlie,
    )  # fmt: skip
    ListingPeriod.objects.create(listing=theirs, live_from=clock.start_of(LAST - timedelta(25)))
    return Cast(alice, charlie, admin, live_listing, theirs, later)
