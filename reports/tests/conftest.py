"""Two listed products of one merchant, and a merchant next door."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from merchants.models import Category, Listing, Merchant, Note, Placement, Product, Store
from portal.accounts.models import Role, Team, User

ListProduct = Callable[..., Listing]


@pytest.fixture
def shop(alice: User) -> Merchant:
    """Alice's merchant."""
    team = Team.objects.create(name="Alice's")
    team.memberships.create(user=alice, role=Role.OWNER)
    return Merchant.objects.create(code="shop", name="Shop", credit_code="1", team=team)


@pytest.fixture
def rival(charlie: User) -> Merchant:
    """Charlie's merchant."""
    team = Team.objects.create(name="Charlie's")
    team.memberships.create(user=charlie, role=Role.OWNER)
    return Merchant.objects.create(code="rival", name="Rival", credit_code="2", team=team)


@pytest.fixture
def list_product(alice: User) -> ListProduct:
    """Put a product of a merchant on a note of its own: list_product(shop, "Sunscreen")."""
    category, _ = Category.objects.get_or_create(
        code="skin", defaults={"name_zh": "护肤", "name_en": "Skin care"}
    )

    def listed(merchant: Merchant, title: str, *, kind: str = "tmall") -> Listing:
        code = f"{merchant.code}-{title.lower()}"
        store, _ = Store.objects.get_or_create(
            merchant=merchant,
            kind=kind,
            defaults={
                "name": f"{kind} store",
                "external_id": f"{merchant.code}-{kind}",
                "url": "https://shop.tmall.com",
                "status": "verified",
            },
        )
        product = Product.objects.create(
            store=store, external_id=code, title=title, category=category
        )
        note = Note.objects.create(
            merchant=merchant, external_id=f"note-{code}", title=f"Why {title}", kind="image",
            author_name="Lin", published_at=timezone.now(),
        )  # fmt: skip
        return Listing.objects.create(
            merchant=merchant, note=note, product=product, placement=Placement.NOTE_BODY,
            code=code[-12:], status="live", created_by=alice,
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
