"""One more of everything: rows for lists that grow, made past the verbs and with all they name.

Each function takes the world of `tests/conftest.py` together with the cast, and a number that no
other row of its kind has. Whatever a row may point at, it points at, and at one of its own: a list
that looks these up row by row shows it in its queries.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from campaigns.boosts.models import (
    Boost,
    BoostReview,
    BoostStatus,
    FundingLine,
    Objective,
    ReviewDecision,
)
from campaigns.funds.models import Fund, FundingSource
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Transfer, TransferReason
from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant, MerchantStatus
from merchants.listings.models import Listing, ListingPeriod, ListingStatus
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.notes.models import Note
from merchants.openings.models import ApplicationStatus, Opening, OpeningApplication, OpeningStatus
from merchants.stores.models import Store, StoreStatus
from portal.accounts import audit
from portal.accounts.models import (
    AuditEntry,
    Invitation,
    Membership,
    Notice,
    PlatformRole,
    Role,
    Team,
    User,
)
from reports.attribution.models import CreditFact, ReportDay
from reports.sources.models import Batch, BatchState, EventKind, QuarantinedRow, Source
from reports.tests import factory

World = dict[str, Any]
DAY = timedelta(days=1)
# What searches and filters find the new rows by.
WORD = "Grown"


def person(world: World, number: int, platform_role: str = "") -> User:
    email = f"{uuid4().hex}@alice.example"
    return User.objects.create(email=email, name=f"P{number}", platform_role=platform_role)


def manager(world: World, number: int) -> User:
    return person(world, number, PlatformRole.ACCOUNT_MANAGER)


def notice(world: World, number: int) -> Notice:
    return Notice.objects.create(user=world["owner"], text="One", url="/")


def member(world: World, number: int) -> Membership:
    user = person(world, number)
    return Membership.objects.create(team=world["team"], user=user, role=Role.ANALYST)


def invitation(world: World, number: int) -> Invitation:
    return Invitation.objects.create(
        team=world["team"],
        email=f"{number}@new.example",
        role=Role.ANALYST,
        token_hash=f"hash-{number}",
        invited_by=person(world, number),
        expires_at=timezone.now() + DAY,
    )


def audit_entry(world: World, number: int) -> AuditEntry:
    return audit.record(
        "boost.edited",
        world["boost"],
        by=person(world, number),
        team=world["team"],
        old={"budget_fen": number, "objective": "reads"},
        new={"budget_fen": number + 1, "objective": "clicks"},
        reason="Because.",
    )


def company(world: World, number: int) -> Merchant:
    return Merchant.objects.create(
        code=f"grown-{number}",
        name=f"{WORD} {number}",
        credit_code=f"{number:018}",
        status=MerchantStatus.SUBMITTED,
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
        published_at=timezone.now() - DAY,
    )


def listing(world: World, number: int, on: Note | None = None) -> Listing:
    return Listing.objects.create(
        merchant=world["merchant"],
        note=on or note(world, number),
        product=product(world, number),
        placement=Placement.NOTE_BODY,
        code=f"grown{number}",
        fallback=in_app_product(world, number + 1000),
        status=ListingStatus.LIVE,
        created_by=person(world, number),
    )


def listing_of_the_note(world: World, number: int) -> Listing:
    return listing(world, number, world["note"])


def listing_period(world: World, number: int) -> ListingPeriod:
    start = timezone.now() - (number + 2) * DAY
    return ListingPeriod.objects.create(
        listing=world["listing"], live_from=start, live_to=start + DAY / 2
    )


def rule(world: World, number: int) -> Opening:
    """A signed one of a category of its own, for which Alice has an approval."""
    since = timezone.now() - DAY
    made = Opening.objects.create(
        programme=world["opening"].programme,
        category=category(world, number),
        placement=Placement.NOTE_BODY,
        store_kind=StoreKind.TMALL,
        state="open",
        effective_at=since,
        reason="Because.",
        status=OpeningStatus.SIGNED,
        author=person(world, number),
        approver=person(world, number),
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
        submitted_at=timezone.now(),
        decided_by=person(world, 0),
    )


def fund(world: World, number: int) -> Fund:
    made = Fund.objects.create(code=f"grown-{number}", name_zh=WORD, name_en=WORD)
    ledger.account_of(made)
    return made


def boost(world: World, number: int, merchant: Merchant | None = None) -> Boost:
    """One in review, which the wallet and a fund pay."""
    merchant, key = merchant or world["merchant"], uuid4()
    made = Boost.objects.create(
        merchant=merchant,
        note=note(world, number, merchant),
        external_id=f"b{key.hex}",
        objective=Objective.READS,
        budget_fen=20_000,
        starts_on=timezone.localdate(),
        ends_on=timezone.localdate(),
        status=BoostStatus.SUBMITTED,
        request_key=key,
        created_by=person(world, number),
        submission=1,
        submitted_at=timezone.now(),
    )
    cash = FundingSource.MERCHANT_CASH
    FundingLine.objects.create(boost=made, source=cash, amount_fen=10_000)
    _grant(made, fund(world, number))
    return made


def boost_of_a_company(world: World, number: int) -> Boost:
    return boost(world, number, company(world, number))


def returned_boost(world: World, number: int) -> Boost:
    made = boost(world, number)
    Boost.objects.filter(pk=made.pk).update(status=BoostStatus.RETURNED)
    return made


def grant(world: World, number: int) -> FundingLine:
    return _grant(world["boost"], fund(world, number))


def _grant(to: Boost, source: Fund) -> FundingLine:
    kind = FundingSource.PLATFORM_GRANT
    return FundingLine.objects.create(boost=to, source=kind, fund=source, amount_fen=10_000)


def boost_review(world: World, number: int) -> BoostReview:
    return BoostReview.objects.create(
        boost=world["boost"],
        submission=number + 1,
        decision=ReviewDecision.RETURNED,
        reason="Because.",
        reviewer=person(world, number),
    )


def hold_from_the_wallet(world: World, number: int) -> Transfer:
    """Money that went from Alice's wallet to a boost."""
    wallet, held = ledger.wallet_of(world["merchant"]), ledger.hold_of(boost(world, number))
    _move(ledger.bank(), wallet, TransferReason.DEPOSIT)
    return _move(wallet, held, TransferReason.HOLD)


def hold_from_a_fund(world: World, number: int) -> Transfer:
    """Money that went from a fund to the boost of the world."""
    account = ledger.account_of(fund(world, number))
    _move(ledger.bank(), account, TransferReason.DEPOSIT)
    return _move(account, ledger.hold_of(world["boost"]), TransferReason.HOLD)


def release_to_the_wallet(world: World, number: int) -> Transfer:
    """Money that came back from a boost to Alice's wallet."""
    wallet, held = ledger.wallet_of(world["merchant"]), ledger.hold_of(boost(world, number))
    _move(ledger.bank(), held, TransferReason.HOLD)
    return _move(held, wallet, TransferReason.RELEASE)


def release_to_a_fund(world: World, number: int) -> Transfer:
    """Money that the boost of the world gave back to a fund."""
    held, account = ledger.hold_of(world["boost"]), ledger.account_of(fund(world, number))
    _move(ledger.bank(), held, TransferReason.HOLD)
    return _move(held, account, TransferReason.RELEASE)


def _move(source: Any, target: Any, reason: TransferReason) -> Transfer:
    return ledger.transfer(
        source=source, target=target, amount_fen=1, key=uuid4().hex, reason=reason
    )


def source(world: World, number: int) -> Source:
    return Source.objects.create(
        code=f"grown-{number}", name_zh=WORD, name_en=WORD, events=EventKind.CONVERSIONS
    )


def batch(world: World, number: int, merchant: Merchant | None = None) -> Batch:
    return Batch.objects.create(
        source=source(world, number),
        merchant=merchant or world["merchant"],
        file_name=f"{WORD} {number}.csv",
        bytes=1,
        state=BatchState.COMMITTED,
        uploaded_by=person(world, number),
    )


def batch_of_a_company(world: World, number: int) -> Batch:
    return batch(world, number, company(world, number))


def quarantined_row(world: World, number: int) -> QuarantinedRow:
    return QuarantinedRow.objects.create(
        batch=world["batch"], line=number + 1, field="kind", reason="not_a_choice", raw="x,y"
    )


def credited_boost(world: World, number: int) -> CreditFact:
    """An order of yesterday, credited to a listing and a boost of their own."""
    listed = listing(world, number)
    asked = boost(world, number + 1000)
    report_day = ReportDay.objects.current().filter(merchant=world["merchant"]).first()
    if report_day is None:
        [report_day] = factory.publish(world["merchant"], factory.day(1))
    return factory.credit(report_day, listed, "order", boost_id=asked.pk, value_fen=100)
