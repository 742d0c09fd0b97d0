"""The stage of this app's tests: Alice's shop with a published note, money and a fund."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from campaigns.boosts import decisions, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, Objective
from campaigns.delivery.models import AdServer
from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund
from campaigns.ledger import payments
from campaigns.ledger.models import Account, Payment, Transfer
from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing, ListingStatus
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.notes.models import Note
from merchants.openings.models import Opening, OpeningState
from portal import clock
from portal.accounts import people
from portal.accounts.models import PlatformRole, User
from portal.webhooks.models import Endpoint, EndpointState
from tests import ruling

NOON = datetime.fromisoformat("2026-03-02T12:00+08:00")
TODAY = NOON.date()
RequestBoost = Callable[..., Boost]
NoteOutside = Callable[..., Note]
Close = Callable[..., Opening]
CLOSED = "The partner takes beauty back."


def a_note_of(merchant: Merchant, external_id: str = "note-1", **fields: Any) -> Note:
    """A note of `merchant` that sells something, published long ago unless `fields` say else."""
    fields = {"published_at": clock.now() - timedelta(days=900), **fields}
    made = Note.objects.create(
        merchant=merchant,
        external_id=external_id,
        title="Three ways to wear linen",
        author_name="Lin",
        kind="image",
        **fields,
    )
    put_on_sale(made)
    return made


def put_on_sale(note: Note) -> None:
    """Readers of the note can buy something: a product of the merchant's in-app shop."""
    if note.listings.live().exists():
        return
    products = Product.objects.filter(store__merchant=note.merchant, store__kind=StoreKind.IN_APP)
    product = products.earliest("pk")
    Listing.objects.create(
        merchant=note.merchant,
        note=note,
        product=product,
        placement=Placement.PROFILE,
        code=f"s{note.pk}",
        has_ad_label=True,
        status=ListingStatus.LIVE,
        created_by=note.merchant.team.memberships.earliest("pk").user,
    )


@pytest.fixture
def note(note: Note) -> Note:
    """Alice's note, which sells something."""
    put_on_sale(note)
    return note


@pytest.fixture
def at_noon() -> Iterator[None]:
    """It is noon of TODAY."""
    with clock.at(NOON):
        yield


@pytest.fixture
def fund(admin: User) -> Fund:
    """A platform fund with ¥1,000."""
    made = funds.create("spring", name_zh="春季扶持金", name_en="Spring fund", by=admin)
    funds.pay_in(made, amount_fen=100_000, reference="fund-1", by=admin)
    return made


@pytest.fixture
def money(shop: Merchant, manager: User) -> None:
    """¥5,000 in the wallet of Alice's shop."""
    payments.record(shop, amount_fen=500_000, reference="bank-1", by=manager)


@pytest.fixture
def a_boost(shop: Merchant, note: Note, alice: User) -> RequestBoost:
    """`a_boost(budget_fen=...)` is a draft of Alice's, by default ¥700 for a week from today."""

    def request(**plan: Any) -> Boost:
        defaults: dict[str, Any] = {
            "note": note,
            "objective": Objective.READS,
            "starts_on": clock.today(),
            "ends_on": clock.today() + timedelta(days=6),
            "budget_fen": 70_000,
            "request_key": uuid4(),
            "by": alice,
            # Most tests are about one boost and have several.
            "beside": True,
        }
        asked = {**defaults, **plan}
        if asked["note"].merchant_id == shop.pk:
            put_on_sale(asked["note"])
        return boosts.request(shop, **asked)

    return request


def balance_of(account: Account) -> int:
    """What `account` has now (fen), whatever this instance was read with."""
    account.refresh_from_db(fields=["balance_fen"])
    return account.balance_fen


def execute(*statements: str) -> None:
    """Run statements behind the verbs' back, after the checks that wait for the commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)


def switch_triggers_off() -> None:
    """The ledger with its protection off, until the test rolls back."""
    execute(
        "ALTER TABLE campaigns_transfer DISABLE TRIGGER USER",
        "ALTER TABLE campaigns_account DISABLE TRIGGER USER",
        "ALTER TABLE campaigns_boost DISABLE TRIGGER USER",
        "ALTER TABLE campaigns_fund DISABLE TRIGGER USER",
        "ALTER TABLE campaigns_fundingline DISABLE TRIGGER USER",
        "ALTER TABLE campaigns_deliverymessage DISABLE TRIGGER USER",
        "ALTER TABLE campaigns_deliveryrow DISABLE TRIGGER USER",
        "ALTER TABLE campaigns_hourchange DISABLE TRIGGER USER",
        "ALTER TABLE campaigns_cost DISABLE TRIGGER USER",
        "ALTER TABLE campaigns_fundreading DISABLE TRIGGER USER",
    )


@pytest.fixture
def colleague(db: None) -> User:
    """A second account manager."""
    return people.create(
        "colleague@example.com", "x" * 20, name="Cora", platform_role=PlatformRole.ACCOUNT_MANAGER
    )


def large(made: Transfer | Payment) -> Payment:
    """`made` is one that waits for a signature."""
    assert isinstance(made, Payment)
    return made


@pytest.fixture
def payment(shop: Merchant, manager: User) -> Payment:
    """¥60,000 for Alice, written down by the manager."""
    return large(payments.record(shop, amount_fen=6_000_000, reference=" BIG-1 ", by=manager))


@pytest.fixture
def ad_server(db: None) -> AdServer:
    """The ad server of the site: told at an address that nobody answers."""
    endpoint = Endpoint.objects.create(
        code="feed", url="http://127.0.0.1:9/told", status=EndpointState.ON, off_cause=""
    )
    return AdServer.objects.create(endpoint=endpoint, name_zh="信息流投放", name_en="Feed server")


@pytest.fixture
def running(
    ad_server: AdServer,
    money: None,
    fund: Fund,
    a_boost: RequestBoost,
    alice: User,
    manager: User,
    at_noon: None,
) -> Boost:
    """¥700 for a week from TODAY, of which a fund pays ¥300; it runs since midnight."""
    week = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=6)}
    with clock.at(NOON - timedelta(days=1)):
        boost = boosts.submit(a_boost(fund=fund, grant_fen=30_000, **week), by=alice)
        decisions.approve(boost, version=boost.version, by=manager)
    schedule.start_due()
    boost.refresh_from_db()
    return boost


@pytest.fixture
def outside(shop: Merchant, tmall_product: Product, alice: User) -> NoteOutside:
    """`outside(name)` is a note that sells by an outside link alone, which is live."""

    def made(name: str, **fields: Any) -> Note:
        note = Note.objects.create(
            merchant=shop, external_id=name, title=f"Note {name}", author_name="Lin", kind="image",
            published_at=NOON - timedelta(days=90),
        )  # fmt: skip
        Listing.objects.create(
            merchant=shop, note=note, product=tmall_product, placement=Placement.NOTE_BODY,
            code=name, status=ListingStatus.LIVE, has_ad_label=True, created_by=alice, **fields,
        )  # fmt: skip
        return note

    return made


@pytest.fixture
def close(opening: Opening, admin: User, second_admin: User, third_admin: User) -> Close:
    """`close()` signs that beauty is closed from now on."""

    def signed(**fields: Any) -> Opening:
        rule: dict[str, Any] = {
            "programme": opening.programme, "category": opening.category,
            "placement": opening.placement, "store_kind": opening.store_kind,
            "state": OpeningState.CLOSED, "reason": CLOSED,
        }  # fmt: skip
        # What takes away is signed before its moment, or at it.
        with clock.at(clock.now()):
            rule["effective_at"] = clock.now()
            proposed = ruling.propose(**{**rule, **fields}, by=admin)
            return ruling.sign(proposed, second_admin, third_admin)

    return signed
