"""What the journeys start from: a verified company with one note, and somebody to walk as."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from merchants.catalogue import verbs as products
from merchants.catalogue.models import Category
from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.notes import verbs as notes
from merchants.notes.models import Note
from merchants.stores import verbs as stores
from portal import clock
from portal.accounts.models import User
from tests.browser import PageOf
from tests.journeys.walk import Walk
from tests.papers import PDF

CREDIT_CODE = "913101154359126E1C"


@pytest.fixture
def walk_as(page_of: PageOf) -> Callable[[User], Walk]:
    """`walk_as(alice)` is Alice at her desk, with her phone."""
    return lambda user: Walk(page_of, user)


@pytest.fixture
def brand(alice: User, admin: User, manager: User) -> Merchant:
    """Alice's company: verified, without a store."""
    merchant = merchants.register(
        name="杭州浅山集化妆品有限公司", credit_code=CREDIT_CODE, by=alice
    )
    merchant = merchants.submit(merchant, by=alice)
    return merchants.verify(merchant, version=merchant.version, account_manager=manager, by=admin)


@pytest.fixture
def note(brand: Merchant) -> Note:
    return notes.mirror(
        brand,
        external_id="64f1c0ffee0000000000beef",
        title="敏皮烂脸期靠它稳住了",
        author_name="成分党小鹿",
        kind="image",
        published_at=clock.now() - timedelta(days=20),
    )


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """A document to hand in."""
    path = tmp_path / "authorisation.pdf"
    path.write_bytes(PDF)
    return path


@pytest.fixture
def listing(brand: Merchant, note: Note, alice: User, admin: User) -> Listing:
    """A draft that links a note to a product at Tmall, with a fallback in the app."""
    category = Category.objects.get(code="beauty-skincare")
    sold = []
    for kind, external_id, url in (
        ("tmall", "687654321098", "https://qianshanji.tmall.com/"),
        ("in_app", "p-1", ""),
    ):
        store = stores.register(
            brand, kind=kind, name=kind, external_id=f"{kind}-1", url=url, by=alice
        )
        stores.verify(store, version=store.version, by=admin)
        sold.append(
            products.add(
                store,
                external_id=external_id,
                title=f"积雪草精华 {kind}",
                category=category,
                price_fen=19_900,
                by=alice,
            )
        )
    return listings.link(
        brand,
        note=note,
        product=sold[0],
        placement="note_body",
        fallback=sold[1],
        has_ad_label=True,
        by=alice,
    )
