"""A few merchants with a listing each, for worlds that are made of events."""

import os
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg


def empty_database(name: str) -> None:
    """Let the portal use an empty database beside its own. Call it before Django is set up."""
    own = urlsplit(os.environ["DATABASE_URL"])
    name = f"notelink_bench_{name}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    os.environ["DATABASE_URL"] = urlunsplit(own._replace(path=f"/{name}"))


def listed_merchants(count: int, *, live_from_days_ago: int) -> list[Any]:
    """Listings of merchants of their own, each of a product of an in-app shop, live since then."""
    from merchants.catalogue.models import Category, Product
    from merchants.companies.models import Merchant, MerchantStatus
    from merchants.listings.models import Listing, ListingPeriod
    from merchants.marketplaces.placements import Placement
    from merchants.notes.models import Note
    from merchants.stores.models import Store, StoreStatus
    from portal import clock
    from portal.accounts.models import Team, User

    owner = User.objects.create(email="bench@example.com", name="Bench")
    category, _made = Category.objects.get_or_create(code="beauty")
    listings = []
    for number in range(count):
        name = f"late-{number}"
        merchant = Merchant.objects.create(
            code=name, name=name, credit_code=name, status=MerchantStatus.VERIFIED,
            team=Team.objects.create(name=name),
        )  # fmt: skip
        store = Store.objects.create(
            merchant=merchant, kind="in_app", name=name, external_id=name,
            status=StoreStatus.VERIFIED,
        )  # fmt: skip
        product = Product.objects.create(
            store=store, external_id=name, title=name, category=category
        )
        note = Note.objects.create(
            merchant=merchant, external_id=name, title=name, kind="image", author_name=name,
            published_at=clock.now(),
        )  # fmt: skip
        listing = Listing.objects.create(
            merchant=merchant, note=note, product=product, placement=Placement.NOTE_BODY,
            code=name, status="live", created_by=owner,
        )  # fmt: skip
        ListingPeriod.objects.create(
            listing=listing, live_from=clock.now() - timedelta(days=live_from_days_ago)
        )
        listings.append(listing)
    return listings


def many_merchants(count: int, *, live_from_days_ago: int) -> None:
    """The same by a few statements, for so many that one by one takes minutes."""
    from merchants.catalogue.models import Category, Product
    from merchants.companies.models import Merchant, MerchantStatus
    from merchants.listings.models import Listing, ListingPeriod
    from merchants.marketplaces.placements import Placement
    from merchants.notes.models import Note
    from merchants.stores.models import Store, StoreStatus
    from portal import clock
    from portal.accounts.models import Team, User

    owner = User.objects.create(email="bench@example.com", name="Bench")
    category, _made = Category.objects.get_or_create(code="beauty")
    names, now = [f"late-{number}" for number in range(count)], clock.now()
    teams = Team.objects.bulk_create(Team(name=name) for name in names)
    merchants = Merchant.objects.bulk_create(
        Merchant(
            code=name, name=name, credit_code=name, status=MerchantStatus.VERIFIED, team=team
        ) for name, team in zip(names, teams, strict=True)
    )  # fmt: skip
    stores = Store.objects.bulk_create(
        Store(
            merchant=merchant, kind="in_app", name=merchant.name, external_id=merchant.name,
            status=StoreStatus.VERIFIED,
        ) for merchant in merchants
    )  # fmt: skip
    products = Product.objects.bulk_create(
        Product(store=store, external_id=store.name, title=store.name, category=category)
        for store in stores
    )
    notes = Note.objects.bulk_create(
        Note(
            merchant=merchant, external_id=merchant.name, title=merchant.name, kind="image",
            author_name=merchant.name, published_at=now,
        ) for merchant in merchants
    )  # fmt: skip
    listings = Listing.objects.bulk_create(
        Listing(
            merchant=note.merchant, note=note, product=product, placement=Placement.NOTE_BODY,
            code=note.title, status="live", created_by=owner,
        ) for note, product in zip(notes, products, strict=True)
    )  # fmt: skip
    live_from = now - timedelta(days=live_from_days_ago)
    ListingPeriod.objects.bulk_create(
        ListingPeriod(listing=listing, live_from=live_from) for listing in listings
    )
