"""Listings of many merchants that lead to Tmall, each with a code of its own."""

from datetime import timedelta

MERCHANTS = 100


def fill(count: int) -> list[str]:
    """Make `count` live listings under one open rule, in a few statements; their codes."""
    from merchants.catalogue.models import Category, Product
    from merchants.companies.models import Merchant, MerchantStatus
    from merchants.listings.models import Listing
    from merchants.notes.models import Note
    from merchants.openings.models import Opening, OpeningApplication, Programme
    from merchants.rulechanges.models import RuleChange
    from merchants.stores.models import Store, StoreStatus
    from portal import clock
    from portal.accounts.models import Team, User

    now = clock.now()
    author, approver = (
        User.objects.create(email=f"{name}@example.com", name=name) for name in ("ann", "ben")
    )
    programme, category = Programme.objects.get(code="red-cat"), Category.objects.get(code="beauty")
    below = Category.objects.filter(parent=category)[0]
    since = now - timedelta(days=1)
    change = RuleChange.objects.create(
        kind="openings", effective_at=since, reason="bench", content_sha="bench", status="signed",
        needs=2, author=author, approver=approver, signed_at=since,
    )  # fmt: skip
    Opening.objects.create(
        change=change, programme=programme, category=category, placement="note_body",
        store_kind="tmall", state="open", effective_at=since, signed_at=since,
    )  # fmt: skip
    names = [f"fast-{number}" for number in range(MERCHANTS)]
    teams = Team.objects.bulk_create(Team(name=name) for name in names)
    merchants = Merchant.objects.bulk_create(
        Merchant(code=name, name=name, credit_code=name, status=MerchantStatus.VERIFIED, team=team)
        for name, team in zip(names, teams, strict=True)
    )
    OpeningApplication.objects.bulk_create(
        OpeningApplication(
            merchant=merchant, programme=programme, category=category, status="approved",
            submitted_at=now,
        ) for merchant in merchants
    )  # fmt: skip
    stores = Store.objects.bulk_create(
        Store(
            merchant=merchant, kind="tmall", name=merchant.name, external_id=merchant.name,
            status=StoreStatus.VERIFIED, url=f"https://{merchant.name}.tmall.com/",
        ) for merchant in merchants
    )  # fmt: skip
    products = Product.objects.bulk_create(
        Product(
            store=stores[number % MERCHANTS], external_id=f"{number}", title=f"Cream {number}",
            category=below, url=f"https://detail.tmall.com/item.htm?id={10**9 + number}",
        ) for number in range(count)
    )  # fmt: skip
    notes = Note.objects.bulk_create(
        Note(
            merchant=merchants[number % MERCHANTS], external_id=f"n-{number}", title=f"{number}",
            kind="image", author_name="Lin", published_at=now,
        ) for number in range(count)
    )  # fmt: skip
    codes = [f"c{number:07d}" for number in range(count)]
    Listing.objects.bulk_create(
        Listing(
            merchant=note.merchant, note=note, product=product, placement="note_body", code=code,
            status="live", created_by=author,
        ) for code, note, product in zip(codes, notes, products, strict=True)
    )  # fmt: skip
    return codes
