"""The world of the permission table: one object of each kind, all of Alice's merchant."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from campaigns.boosts import verbs as boosts
from campaigns.boosts.awards import Award, AwardStatus, Why
from campaigns.boosts.models import Boost, Objective
from campaigns.campaigns import verbs as campaigns
from campaigns.closings.models import Closing, ClosingMerchant
from campaigns.costs import verbs as costs
from campaigns.costs.models import Channel, CostKind
from campaigns.delivery.models import AdServer, DeliveryMessage
from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund, Round, RoundStatus
from campaigns.ledger import announcing, payments, refunding
from campaigns.ledger.refunds import BalanceRefund
from campaigns.sharing import codes
from campaigns.sharing.models import FundGuest, FundPartner
from campaigns.sharing.verbs import LIFE
from campaigns.statements.invoices import InvoiceRequest
from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes import covers
from merchants.notes.models import FeedRequest, Note
from merchants.openings.models import Opening, OpeningApplication
from portal import clock
from portal.accounts import teams
from portal.accounts.models import Role, Team, User
from portal.exports.models import Export
from portal.jobs.causes import Cause
from portal.jobs.models import Job, JobState
from portal.webhooks.models import Endpoint, Message, OffCause
from reports.answers.question import EARLIEST_ON
from reports.attribution.models import Run
from reports.attribution.restatements import Restatement
from reports.sources import suspending
from reports.sources.breaches import Breach, parts_of, say
from reports.sources.models import Batch, BatchState, Source
from reports.sources.regimes import Regime
from reports.sources.suspensions import DataSuspension
from reports.tests import factory
from tests.papers import PDF, PNG


@pytest.fixture
def cast(
    team: Team,
    alice: User,
    bob: User,
    ana: User,
    fin: User,
    charlie: User,
    manager: User,
    admin: User,
) -> dict[str, User | None]:
    """Who asks, by persona."""
    return {
        "anonymous": None,
        "owner": alice,
        "operator": bob,
        "analyst": ana,
        "finance": fin,
        "stranger": charlie,
        "account_manager": manager,
        "admin": admin,
    }


@pytest.fixture
def world(
    team: Team,
    live_listing: Listing,
    opening: Opening,
    approval: OpeningApplication,
    in_app_product: Product,
    alice: User,
    admin: User,
    manager: User,
) -> dict[str, Any]:
    """What is asked for, by the name the table uses."""
    return {
        "opening": opening,
        "rulechange": opening.change,
        "application": approval,
        "in_app_product": in_app_product,
        "in_app_store": in_app_product.store,
        **_of_the_team(team, alice),
        "month": f"{clock.today():%Y-%m}",
        "export": _prepared(live_listing.merchant, alice),
        "restatement": _restated(live_listing.merchant),
        "regime": Regime.objects.create(
            source=Source.objects.get(code="vip"),
            ratio=Decimal("0.5"),
            valid_from=EARLIEST_ON,
        ),
        "breach": _late(live_listing.merchant),
        "suspension": _suspended(admin),
        **_linked(live_listing),
        **_moneyed(live_listing, owner=alice, admin=admin, manager=manager),
        **_told_a_partner(),
        **KINDS,
        **MADE_UP,
    }


@pytest.fixture
def sold(world: dict[str, Any]) -> dict[str, Any]:
    """The world of the permission table, where eleven notes sold something yesterday."""
    merchant, listing = world["merchant"], world["listing"]
    [yesterday] = factory.publish(merchant, factory.day(1))
    for number in range(11):
        note = Note.objects.create(
            merchant=merchant, external_id=f"sold-{number}", title=f"Note {number}", kind="image",
            author_name="Lin", published_at=clock.now(),
        )  # fmt: skip
        listing = Listing.objects.create(
            merchant=merchant, note=note, product=listing.product, placement=listing.placement,
            code=f"sold-{number}", status="live", created_by=listing.created_by,
        )  # fmt: skip
        factory.credit(yesterday, listing, "order", value_fen=1_234_567_890)
    return world


def _restated(merchant: Merchant) -> Restatement:
    """A day of long ago that changed after it was over."""
    run = Run.objects.create(
        merchant=merchant, first_on=EARLIEST_ON, last_on=EARLIEST_ON, code_version="world"
    )
    return Restatement.objects.create(
        merchant=merchant, on=EARLIEST_ON, at=clock.now(), run=run, was_day=0, is_day=1,
        act="store.verified", old=factory.headline(0), new=factory.headline(1),
    )  # fmt: skip


def _late(merchant: Merchant) -> Breach:
    """A day of long ago that was overdue, of which the merchant was told."""
    parts = parts_of([(Source.objects.earliest("pk").pk, EARLIEST_ON)])
    return say(parts, merchant=merchant, is_over=False, moment=clock.now())


def _suspended(admin: User) -> DataSuspension:
    """A day of long ago of what the Tmall store sold."""
    return suspending.suspend(
        Source.objects.get(code="taobao_tmall"), category=None, first_on=EARLIEST_ON,
        last_on=EARLIEST_ON, reason="world", by=admin,
    )  # fmt: skip


# How addresses call the kinds of what is decided about.
KINDS = {
    "merchant_kind": "merchant",
    "store_kind": "store",
    "feed_kind": "feed",
    "application_kind": "application",
    "rulechange_kind": "rulechange",
    "boost_kind": "boost",
    "payment_kind": "payment",
    "top_up_kind": "top-up",
    "refund_kind": "refund",
    "note_kind": "note",
}
# What is the key, the id or the number of nothing.
MADE_UP = {"made_up_key": "made-up", "made_up_uid": "a1", "made_up_number": 10**9}


def _of_the_team(team: Team, owner: User) -> dict[str, Any]:
    return {
        "team": team,
        "membership": team.memberships.get(role=Role.FINANCE),
        "invitation": teams.invite(team, email="new@alice.example", role=Role.ANALYST, by=owner),
        "job": Job.objects.create(
            kind="notices.mail",
            args={"notices": []},
            team=team,
            created_by=owner,
            progress_text="alice",
            cause=Cause.DISK,
            setbacks=1,
        ),
    }


def _told_a_partner() -> dict[str, Any]:
    """An endpoint that somebody switched off, and what it was told."""
    endpoint = Endpoint.objects.create(
        code="partner", url="https://partner.example/", off_cause=OffCause.BY_HAND
    )
    message = Message.objects.create(
        endpoint=endpoint, type="boost.changed", subject="boost:1", sequence=1, body=b"{}"
    )
    return {"endpoint": endpoint, "message": message}


def _prepared(merchant: Merchant, owner: User) -> Export:
    """The file of her notes that `owner` has asked for."""
    job = Job.objects.create(
        kind="exports.prepare", team=merchant.team, created_by=owner, state=JobState.DONE
    )
    export = Export.objects.create(
        owner=owner, job=job, language="en", name="alice-notes", stored="alice.csv", bytes=5,
        address=reverse("merchants:note-list", args=[merchant.code]) + "?export=csv",
        ready_at=clock.now(),
    )  # fmt: skip
    export.path.parent.mkdir(exist_ok=True)
    export.path.write_text("alice")
    return export


def _linked(listing: Listing) -> dict[str, Any]:
    """The listing with what it links, and a file of its orders."""
    cover = covers.take_in(ContentFile(PNG))
    Note.objects.filter(pk=listing.note_id).update(cover=cover.name, cover_digest=cover.digest)
    return {
        "merchant": listing.merchant,
        "store": listing.product.store,
        "product": listing.product,
        "note": listing.note,
        "feedrequest": FeedRequest.objects.create(
            merchant=listing.merchant, account_name="Alice account"
        ),
        "listing": listing,
        "batch": Batch.objects.create(
            source=Source.objects.get(code="jd"),
            merchant=listing.merchant,
            file_name="alice.csv",
            bytes=1,
            state=BatchState.COMMITTED,
        ),
    }


def _invoiced(merchant: Merchant, owner: User) -> dict[str, InvoiceRequest]:
    """An invoice that is asked for, and one that is issued."""
    told = {
        "merchant": merchant, "amount_fen": 7, "title": "alice-title", "asked_by": owner,
        "tax_number": "123456789012345",
    }  # fmt: skip
    issued = InvoiceRequest(**told, status="issued", number="alice-number")
    issued.document.save("alice.pdf", ContentFile(PDF))
    credited = InvoiceRequest(**told, status="credited", number="alice-old", red_number="alice-red")
    credited.document.save("alice.pdf", ContentFile(PDF), save=False)
    credited.red_document.save("alice.pdf", ContentFile(PDF))
    asked = InvoiceRequest.objects.create(**told)
    return {"invoice": asked, "issued": issued, "credited": credited}


def _asked_back(merchant: Merchant, *, owner: User, manager: User) -> BalanceRefund:
    """All that was paid in, which the owner wants back."""
    payments.record(merchant, amount_fen=8_888, reference="alice-in", by=manager)
    return refunding.request(
        merchant, amount_fen=8_888, bank="alice-bank", bank_account="6222000011112222",
        reason="alice-reason", by=owner,
    )  # fmt: skip


def _closed(merchant: Merchant) -> dict[str, Any]:
    """The rule closed, and the merchant was told of its boosts."""
    closing = Closing.objects.create(opening=Opening.objects.earliest("pk"))
    told = ClosingMerchant.objects.create(closing=closing, merchant=merchant)
    return {"closing": closing, "closingmerchant": told}


def _moneyed(listing: Listing, *, owner: User, admin: User, manager: User) -> dict[str, Any]:
    """A boost of the note, a fund, and a large payment to the merchant and to the fund."""
    merchant, today = listing.merchant, clock.today()
    fund = funds.create("spring", name_zh="春季扶持金", name_en="Spring fund", by=admin)
    large = {"amount_fen": payments.TWO_PERSON_FEN + 1}
    campaign = campaigns.open_one(
        merchant, name="Alice 618", starts_on=today, ends_on=today, target_kind="", by=owner,
        target_value=None, budget_fen=None, request_key=uuid4(),
    )  # fmt: skip
    campaigns.put_in(campaign, listing.note, by=owner)
    boost = boosts.request(
        merchant,
        note=listing.note,
        objective=Objective.READS,
        starts_on=today + timedelta(days=1),
        ends_on=today + timedelta(days=7),
        budget_fen=70_000,
        request_key=uuid4(),
        by=owner,
    )
    return {
        "campaign": campaign,
        "boost": boost,
        "award": (award := _award(boost, fund, by=admin)),
        "round": award.round,
        "fund": fund,
        "cost": costs.record(
            merchant,
            key=uuid4(),
            note=listing.note,
            boost=None,
            campaign=None,
            channel=Channel.CREATOR,
            kind=CostKind.CREATOR_FEE,
            on=today,
            amount_fen=88_800,
            reference="",
            by=owner,
        ),
        **_closed(merchant),
        "announcement": announcing.announce(
            merchant, amount_fen=7_777, paid_on=clock.today(), by=owner
        ),
        **_served(),
        **_shared(fund, by=admin),
        **_invoiced(merchant, owner),
        "refund": _asked_back(merchant, owner=owner, manager=manager),
        "payment": payments.record(merchant, **large, reference="alice-large", by=manager),
        "top_up": funds.pay_in(fund, **large, reference="fund-large", by=admin),
    }


def _served() -> dict[str, Any]:
    """An ad server, and a message of it that nobody has answered."""
    server = AdServer.objects.create(
        endpoint=Endpoint.objects.create(code="feed"), name_zh="信息流投放", name_en="Feed server"
    )
    message = DeliveryMessage.objects.create(
        ad_server=server, message_id="m-1", sha256="0" * 64, failures=3
    )
    return {"ad_server": server, "delivery_message": message}


def _shared(fund: Fund, *, by: User) -> dict[str, Any]:
    """The fund's partner, whose next address waits for a signature, and a code that he has."""
    partner = FundPartner.objects.create(
        fund=fund, email="partner@example.com", asked_email="next@example.com", asked_by=by
    )
    guest = FundGuest.objects.create(
        fund=fund, email=partner.email, code_hash=codes.hashed("K0DE"), sent_by=by,
        expires_at=clock.now() + LIFE,
    )  # fmt: skip
    return {"fundpartner": partner, "fundguest": guest}


def _award(boost: Boost, fund: Fund, *, by: User) -> Award:
    """What a round of the fund, which is over, gave to the boost."""
    divided = Round.objects.create(
        fund=fund, cut_at=clock.now(), status=RoundStatus.APPLIED, opened_by=by,
        allocated_at=clock.now(),
    )  # fmt: skip
    return Award.objects.create(
        round=divided, boost=boost, submission=1, asked_fen=4_321, awarded_fen=1_234,
        why=Why.SHARED, status=AwardStatus.GRANTED,
    )  # fmt: skip
