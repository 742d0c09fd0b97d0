"""Companies, stores, products, notes, listings, rules and applications."""

from uuid import uuid4

from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant, MerchantStatus
from merchants.listings.models import Listing, ListingPeriod, ListingStatus
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.notes.models import FeedRequest, Note
from merchants.openings.models import ApplicationStatus, Opening, OpeningApplication
from merchants.rulechanges.models import ChangeKind, ChangeStatus, RuleChange
from merchants.stores.models import Store, StoreStatus
from portal import clock
from portal.accounts.models import Membership, Role, Team
from tests.rows import DAY, WORD, World
from tests.rows.people import manager, person


def company(world: World, number: int) -> Merchant:
    return Merchant.objects.create(
        code=f"grown-{number}",
        name=f"{WORD} {number}",
        credit_code=f"{number:018}",
        status=MerchantStatus.SUBMITTED,
        submitted_at=clock.now(),
        team=Team.objects.create(name=f"{WORD} {number}"),
        account_manager=manager(world, number),
    )


def company_of_alice(world: World, number: int) -> Merchant:
    """A company that her navigation shows."""
    made = company(world, number)
    Membership.objects.create(team=made.team, user=world["owner"], role=Role.OWNER)
    return made


def category(world: World, number: int) -> Category:
    code, parent = f"grown-{number}", Category.objects.get(code="beauty")
    above = Category.objects.create(code=f"{code}-a", name_zh=code, name_en=code, parent=parent)
    return Category.objects.create(code=code, name_zh=code, name_en=code, parent=above)


def store(world: World, number: int, merchant: Merchant | None = None) -> Store:
    return Store.objects.create(
        merchant=merchant or world["merchant"],
        kind=StoreKind.JD,
        name=f"{WORD} store {number}",
        external_id=f"grown-{number}",
        url=f"https://mall.jd.com/index-{number}.html",
        status=StoreStatus.VERIFYING,
    )


def store_of_a_company(world: World, number: int) -> Store:
    return store(world, number, company(world, number))


def tmall_store(world: World, number: int) -> Store:
    made = store(world, number)
    Store.objects.filter(pk=made.pk).update(kind=StoreKind.TMALL)
    return made


def namesake(world: World, number: int) -> Store:
    """A store of somebody else with the id of the world's."""
    made = store_of_a_company(world, number)
    Store.objects.filter(pk=made.pk).update(
        external_id=world["store"].external_id, status=StoreStatus.REJECTED
    )
    return made


def rejected_store(world: World, number: int) -> Store:
    made = store(world, number)
    Store.objects.filter(pk=made.pk).update(status=StoreStatus.REJECTED)
    return made


def product(world: World, number: int, sold_by: Store | None = None) -> Product:
    return Product.objects.create(
        store=sold_by or store(world, number),
        external_id=f"grown-{number}",
        title=f"{WORD} product {number}",
        category=category(world, number),
        price_fen=100,
    )


def in_app_product(world: World, number: int) -> Product:
    return product(world, number, world["in_app_store"])


def note(world: World, number: int, merchant: Merchant | None = None) -> Note:
    return Note.objects.create(
        merchant=merchant or world["merchant"],
        external_id=f"grown-{number}",
        title=f"{WORD} note {number}",
        author_name="Lin",
        kind="image",
        published_at=clock.now() - DAY,
    )


def same_account(world: World, number: int) -> FeedRequest:
    """Somebody else asks for the account that Alice asks for."""
    account = world["feedrequest"].account_name
    return FeedRequest.objects.create(merchant=company(world, number), account_name=account)


def listing(
    world: World, number: int, on: Note | None = None, of: Product | None = None
) -> Listing:
    return Listing.objects.create(
        merchant=world["merchant"],
        note=on or note(world, number),
        product=of or product(world, number),
        placement=Placement.NOTE_BODY,
        code=f"grown{number}",
        fallback=in_app_product(world, number + 1000),
        status=ListingStatus.LIVE,
        created_by=person(world, number),
    )


def listing_of_the_note(world: World, number: int) -> Listing:
    return listing(world, number, world["note"])


def listing_of_the_product(world: World, number: int) -> Listing:
    return listing(world, number, of=world["product"])


def listing_period(world: World, number: int) -> ListingPeriod:
    start = clock.now() - (number + 2) * DAY
    return ListingPeriod.objects.create(
        listing=world["listing"], live_from=start, live_to=start + DAY / 2
    )


def rule(world: World, number: int) -> Opening:
    """A signed one of a category of its own, for which Alice has an approval."""
    since = clock.now() - DAY
    change = RuleChange.objects.create(
        kind=ChangeKind.OPENINGS,
        effective_at=since,
        reason="Because.",
        content_sha=uuid4().hex,
        status=ChangeStatus.SIGNED,
        needs=2,
        author=person(world, number),
        approver=person(world, number),
        signed_at=since,
    )
    made = Opening.objects.create(
        change=change,
        programme=world["opening"].programme,
        category=category(world, number),
        placement=Placement.NOTE_BODY,
        store_kind=StoreKind.TMALL,
        state="open",
        effective_at=since,
        signed_at=since,
    )
    _application(world, world["merchant"], made.category, ApplicationStatus.APPROVED)
    return made


def application(world: World, number: int) -> OpeningApplication:
    return _application(world, world["merchant"], category(world, number), "submitted")


def returned_application(world: World, number: int) -> OpeningApplication:
    return _application(world, world["merchant"], category(world, number), "returned")


def application_of_a_company(world: World, number: int) -> OpeningApplication:
    return _application(world, company(world, number), category(world, number), "submitted")


def _application(
    world: World, merchant: Merchant, about: Category, status: str
) -> OpeningApplication:
    return OpeningApplication.objects.create(
        merchant=merchant,
        programme=world["opening"].programme,
        category=about,
        document="grown.pdf",
        document_name="grown.pdf",
        status=status,
        submitted_at=clock.now(),
        decided_by=person(world, 0),
    )
