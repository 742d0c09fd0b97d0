"""Listed products of Alice's merchant, made quickly: reports ask only that they exist.

And who sends a file to a source.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.marketplaces.placements import Placement
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User
from portal.jobs.queue import run_now
from reports.sources import receiving
from reports.sources.models import Batch, Source
from reports.tests.sending import Send

ListProduct = Callable[..., Listing]


@pytest.fixture
def list_product(alice: User) -> ListProduct:
    """Put a product of a merchant on a note of its own: list_product(shop, "Sunscreen"); or `on`
    the note of another listing, as a pinned comment."""

    def listed(
        merchant: Merchant, title: str, *, kind: str = "tmall", on: Listing | None = None
    ) -> Listing:
        product = Product.objects.create(
            store=merchant.stores.get(kind=kind),
            external_id=f"{merchant.pk}-{title.lower()}",
            title=title,
            category=Category.objects.get(code="beauty"),
        )
        note = on.note if on else Note.objects.create(
            merchant=merchant, external_id=f"note-{product.external_id}", title=f"Why {title}",
            kind="image", author_name="Lin", published_at=clock.now(),
        )  # fmt: skip
        placement = Placement.COMMENT_PINNED if on else Placement.NOTE_BODY
        return Listing.objects.create(
            merchant=merchant, note=note, product=product, placement=placement,
            code=f"L{product.pk}", status="live", created_by=alice,
        )  # fmt: skip

    return listed


@pytest.fixture
def sunscreen(shop: Merchant, list_product: ListProduct) -> Listing:
    """On Tmall."""
    return list_product(shop, "Sunscreen")


@pytest.fixture
def lipstick(shop: Merchant, list_product: ListProduct) -> Listing:
    """In the in-app shop."""
    return list_product(shop, "Lipstick", kind="in_app")


@pytest.fixture
def sources_stay(transactional_db: None) -> Iterator[None]:
    """For tests that commit what they change of sources: these outlive the test (tests/emptying.py)
    and are as before again."""
    before = list(Source.objects.all())
    yield
    Source.objects.bulk_update(before, ["sends", "rhythm", "delay_days"])


@pytest.fixture
def send(tmp_path: Path) -> Send:
    """Send some bytes to a source and take them in here and now."""

    def sending(
        content: bytes | str, *, source: str = "community", merchant: Merchant | None = None
    ) -> Batch:
        path = tmp_path / "sent"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        batch = receiving.receive(
            Source.objects.get(code=source),
            path=path,
            file_name="sent.csv",
            by=None,
            merchant=merchant,
        )
        path.unlink()
        assert batch.job is not None
        run_now(batch.job)
        batch.refresh_from_db()
        return batch

    return sending
