"""What a form makes is made once: by a second press, and by whoever goes back and sends it again.

Pages are not kept by the browser, so after "back" the form is a new one, filled as the old one was.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from campaigns.boosts import decisions, funding
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.campaigns.models import Campaign, CampaignNote
from campaigns.costs.economics import Assumption
from campaigns.costs.models import Cost
from campaigns.delivery.models import AdServer
from campaigns.funds.models import Fund, FundWay, Round
from campaigns.ledger import payments
from campaigns.ledger.models import Announcement, Transfer
from campaigns.ledger.refunds import BalanceRefund
from campaigns.statements.invoices import InvoiceRequest
from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import FeedRequest, Note
from merchants.openings import changing, effects
from merchants.openings.models import OpeningApplication, Programme
from merchants.rulechanges.models import RuleChange
from merchants.stores.models import Store
from portal import clock
from portal.accounts.models import Invitation, User
from portal.webhooks.models import Endpoint
from reports.sources import concerned
from reports.sources.models import Batch
from reports.sources.regimes import Regime
from reports.sources.suspensions import DataSuspension
from tests import ruling
from tests.papers import PDF
from tests.permission_table import address
from tests.rows.shops import listing
from tests.test_edit_versions import MAKE

pytestmark = pytest.mark.django_db

World = dict[str, Any]


@dataclass(frozen=True)
class Making:
    """A form, who fills it in, how, and what it makes."""

    url_name: str
    args: str
    who: str
    model: Any
    typed: Callable[[World], dict[str, Any]]

    def __str__(self) -> str:
        return self.url_name


def _category(code: str) -> int:
    return Category.objects.get(code=code).pk


def _paid(world: World) -> dict[str, Any]:
    return {"amount_fen": "12.50", "reference": "bank-77", "merchant": world["merchant"].pk}


def _file(world: World) -> dict[str, Any]:
    rows = b"event_id,occurred_at\n1,2026-01-01T00:00:00+08:00\n"
    return {"source": "jd", "file": SimpleUploadedFile("a.csv", rows)}


def _costs(world: World) -> dict[str, Any]:
    said = f"note_id,kind,channel,day,amount_yuan\n{world['note'].external_id},sample,paid,"
    rows = f"{said}{clock.today()},9\n".encode()
    return {"then": "add", "file": SimpleUploadedFile("a.csv", rows)}


def _rollback(world: World) -> dict[str, Any]:
    change = world["rulechange"]
    told = effects.of_rollback(changing.lines_of(change), change, at=clock.now())
    return {"reason": "It was wrong.", "seen": told.seen}


def _boost(world: World) -> dict[str, Any]:
    starts_on = clock.today() + timedelta(days=30)
    return {
        "note": world["note"].pk, "budget": "700", "days": "7", "objective": "reads",
        "starts_on": starts_on.isoformat(), "then": "draft",
    }  # fmt: skip


def _another_note(world: World) -> Note:
    """One that sells something, and that nothing else is asked for."""
    there = Note.objects.filter(listings__code="grown77").first()
    return there or listing(world, 77, of=world["in_app_product"]).note


def _an_invoice(world: World) -> dict[str, Any]:
    """Of what a boost has cost."""
    boost = world["boost"]
    if boost.status == BoostStatus.DRAFT:
        boost = boosts.submit(boost, by=boost.created_by)
        manager = boost.merchant.account_manager
        assert manager is not None
        world["boost"] = decisions.approve(boost, version=boost.version, by=manager)
        funding.capture_to(world["boost"], 5_000)
    return {"amount_fen": "12.50", "title": "Alice", "tax_number": "123456789012345"}


def _rule(world: World) -> dict[str, Any]:
    return ruling.form(Category.objects.get(code="beauty"), placements=["profile"])


def _suspension(world: World) -> dict[str, Any]:
    first_on, last_on = date(2020, 1, 1), date(2020, 1, 31)
    impact = concerned.impact_of(
        world["batch"].source, category=None, first_on=first_on, last_on=last_on
    )
    return {
        "first_on": first_on, "last_on": last_on, "reason": "Part of it is missing.",
        "seen": f"all {first_on} {last_on} {impact.merchants}",
    }  # fmt: skip


def _second() -> Endpoint:
    """One that has no ad server yet, however often it is asked for."""
    return Endpoint.objects.get_or_create(code="second")[0]


def _a_round(world: dict[str, Any]) -> dict[str, Any]:
    Fund.objects.filter(pk=world["fund"].pk).update(grants_by=FundWay.ROUNDS)
    return {"cut_at": f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"}


M = "merchant.code"
MAKINGS = [
    Making("accounts:team-invite", "team.pk", "alice", Invitation,
           lambda world: {"email": "dora@example.com", "role": "finance"}),
    Making("merchants:merchant-new", "", "alice", Merchant,
           lambda world: {"name": "Twice", "credit_code": "91440300MA5G00CH1J"}),
    Making("merchants:store-new", M, "alice", Store,
           lambda world: {"kind": "jd", "name": "At JD", "external_id": "1000001",
                          "url": "https://mall.jd.com/index-1000001.html"}),
    Making("merchants:product-new", M, "alice", Product,
           lambda world: {"store": world["in_app_store"].pk, "external_id": "p-77",
                          "title": "Serum", "category": _category("beauty"), "price_fen": "9"}),
    Making("merchants:product-paste", M, "alice", Product,
           lambda world: {"url": "https://detail.tmall.com/item.htm?id=777000777", "title": "Serum",
                          "category": _category("beauty"), "store": world["store"].pk}),
    Making("merchants:listing-new", M, "alice", Listing,
           lambda world: {"note": world["note"].pk, "product": world["product"].pk,
                          "placement": "profile"}),
    Making("merchants:feed-request-new", M, "alice", FeedRequest,
           lambda world: {"account_name": "Another account"}),
    Making("merchants:application-new", M, "alice", OpeningApplication,
           lambda world: {"programme": Programme.objects.get(code="red-cat").pk,
                          "category": _category("fashion"),
                          "document": SimpleUploadedFile("a.pdf", PDF)}),
    Making("merchants:rulechange-new", "", "admin", RuleChange, _rule),
    Making("merchants:rulechange-back", "rulechange.pk", "admin", RuleChange, _rollback),
    Making("campaigns:boost-new", M, "alice", Boost, _boost),
    Making("campaigns:boost-quick", M, "alice", Boost,
           lambda world: {"note": _another_note(world).pk, "amount": "7500", "hours": "24",
                          "then": "draft"}),
    Making("campaigns:campaign-new", M, "alice", Campaign,
           lambda world: {"name": "618", "starts_on": clock.today().isoformat(),
                          "ends_on": clock.today().isoformat()}),
    Making("campaigns:campaign-note-add", f"{M} campaign.pk", "alice", CampaignNote,
           lambda world: {"note": _another_note(world).pk}),
    Making("campaigns:announcement-new", M, "alice", Announcement,
           lambda world: {"amount_fen": "12.50", "paid_on": clock.today().isoformat()}),
    Making("campaigns:cost-new", M, "alice", Cost,
           lambda world: {"note": world["note"].pk, "kind": "sample", "channel": "search",
                          "amount_fen": "9", "on": clock.today().isoformat()}),
    Making("campaigns:assumption-new", M, "alice", Assumption,
           lambda world: {"what": "margin", "permille": "35.5", "source": "Books",
                          "from_on": clock.today().isoformat()}),
    Making("campaigns:cost-file-new", M, "alice", Cost, _costs),
    Making("campaigns:wallet-deposit", M, "manager", Transfer, _paid),
    Making("campaigns:payment-new", "", "manager", Transfer, _paid),
    Making("campaigns:refund-new", M, "alice", BalanceRefund,
           lambda world: {"amount_fen": "12.50", "bank": "ICBC", "bank_account": "6222000000000001",
                          "reason": ""}),
    Making("campaigns:invoice-new", M, "alice", InvoiceRequest, _an_invoice),
    Making("campaigns:fund-new", "", "admin", Fund,
           lambda world: {"code": "autumn", "name_zh": "秋季", "name_en": "Autumn",
                          "source": "platform_grant"}),
    Making("campaigns:fund-pay-in", "fund.pk", "admin", Transfer, _paid),
    Making("campaigns:round-new", "fund.pk", "admin", Round, _a_round),
    Making("webhooks:endpoint-new", "", "admin", Endpoint,
           lambda world: {"code": "twice", "url": "https://partner.example/"}),
    Making("campaigns:ad-server-new", "", "admin", AdServer,
           lambda world: {"endpoint": _second().pk, "wait_hours": "9",
                          "name_zh": "第二", "name_en": "Second"}),
    Making("reports:batch-new", "", "admin", Batch, _file),
    Making("reports:data-new", M, "alice", Batch, _file),
    Making("reports:suspension-new", "batch.source.pk", "admin", DataSuspension, _suspension),
    Making("reports:regime-new", "batch.source.pk", "admin", Regime,
           lambda world: {"ratio": "50", "valid_from": "2019-01-01", "valid_to": "2019-01-31"}),
]  # fmt: skip


@pytest.mark.parametrize("making", MAKINGS, ids=str)
def test_it_is_made_once_by_a_second_press_and_after_going_back(
    making: Making, world: World, request: pytest.FixtureRequest,
    client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    payments.record(
        world["merchant"], amount_fen=500_000, reference="bank-1",
        by=request.getfixturevalue("manager"),
    )  # fmt: skip
    FeedRequest.objects.all().delete()
    # One at a time is on its way.
    BalanceRefund.objects.update(status="rejected")
    client, page = client_of(request.getfixturevalue(making.who)), address(making, world)
    before = making.model.objects.count()
    form = hidden(client, page)
    first = client.post(page, {**form, **making.typed(world)})
    assert first.status_code == 302, first.context["form"].errors
    assert making.model.objects.count() == before + 1
    for sent in (form, hidden(client, page)):
        client.post(page, {**sent, **making.typed(world)})
        assert making.model.objects.count() == before + 1


def hidden(client: Client, page: str) -> dict[str, str]:
    """What the page puts into its form beside what people type; nothing where it is not open."""
    context: Any = client.get(page).context
    form = context and context.get("form")
    return {field.html_name: str(field.value()) for field in form.hidden_fields()} if form else {}


def test_every_form_that_makes_something_is_above() -> None:
    """A decision is no making: its version says that it was taken."""
    # Decisions and comments are tried twice where they are tested.
    assert {making.url_name for making in MAKINGS} == {
        name for name in MAKE if not name.startswith("review:")
    }
