"""Listed products of Alice's merchant, made quickly: reports ask only that they exist."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from merchants.models import Category, Listing, Merchant, Note, Placement, Product
from portal.accounts.models import User

ListProduct = Callable[..., Listing]


@pytest.fixture
def list_product(alice: User) -> ListProduct:
    """Put a product of a merchant on a note of its own: list_product(shop, "Sunscreen")."""

    def listed(merchant: Merchant, title: str, *, kind: str = "tmall") -> Listing:
        product = Product.objects.create(
            store=merchant.stores.get(kind=kind),
            external_id=f"{merchant.pk}-{title.lower()}",
            title=title,
            category=Category.objects.get(code="beauty"),
        )
        note = Note.objects.create(
            merchant=merchant, external_id=f"note-{product.external_id}", title=f"Why {title}",
            kind="image", author_name="Lin", published_at=timezone.now(),
        )  # fmt: skip
        return Listing.objects.create(
            merchant=merchant, note=note, product=product, placement=Placement.NOTE_BODY,
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
