"""A quick boost is spent by what an ad server says, stopped, given back, refunded and told."""

import json
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from campaigns.boosts import schedule
from campaigns.boosts.models import Boost
from campaigns.delivery import settling
from campaigns.delivery.models import AdServer
from campaigns.ledger import payments, proof
from campaigns.tests.conftest import put_on_sale
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User
from portal.webhooks import signing
from portal.webhooks.models import Endpoint, EndpointState
from portal.webhooks.signing import Direction
from tests.journeys.walk import Walk

SERVER = "feed"
SPENT_FEN = 1_234


@pytest.fixture
def ad_server(db: None) -> AdServer:
    """One that is told at an address where nobody answers."""
    endpoint = Endpoint.objects.create(
        code=SERVER, url="http://127.0.0.1:9/told", status=EndpointState.ON, off_cause=""
    )
    return AdServer.objects.create(endpoint=endpoint, name_zh="信息流投放", name_en="Feed server")


def test_from_three_taps_to_the_statement(
    walk_as: Callable[[User], Walk],
    live_server: LiveServer,
    alice: User,
    manager: User,
    admin: User,
    brand: Merchant,
    note: Note,
    listing: Listing,
    ad_server: AdServer,
) -> None:
    put_on_sale(note)
    payments.record(brand, amount_fen=500_000, reference="ICBC-1", by=manager)
    owner = walk_as(alice)
    boost = _ask(owner, brand, note)
    _approve(walk_as(manager), note)
    _runs(owner, boost)
    _says(live_server, boost)
    _has_spent(owner, boost)
    _stop(owner, boost)
    _settle(boost)
    _ask_back(owner, brand)
    _pay_back(walk_as(manager), walk_as(admin), brand)
    _account_for(owner, brand, note)
    assert not proof.verify().broken


def _ask(owner: Walk, brand: Merchant, note: Note) -> Boost:
    owner.open(f"/m/{brand.code}/boosts/")
    owner.follow("Quick boost")
    owner.page.locator(f"input[name=note][value='{note.pk}']").check()
    owner.page.locator("input[name=amount][value='7500']").check()
    owner.press("Submit for review")
    owner.sees("Submitted. Your part of the budget is set aside until the decision.")
    return Boost.objects.get()


def _approve(reviewer: Walk, note: Note) -> None:
    reviewer.open("/platform/reviews/")
    reviewer.follow(note.title)
    reviewer.page.get_by_label("Approve").check()
    reviewer.press("Decide")
    reviewer.sees("Nothing waits")


def _runs(owner: Walk, boost: Boost) -> None:
    """It runs, and says why it has spent nothing yet."""
    schedule.start_due()
    owner.open(boost.get_absolute_url())
    owner.sees("Why it is not spending")
    owner.sees("is not confirmed")


def _says(live_server: LiveServer, boost: Boost) -> None:
    """The ad server says of the first hour what it cost."""
    boost.refresh_from_db()
    row = {
        "boost_id": boost.external_id, "hour": boost.starts_at.isoformat(), "revision": 1,
        "impressions": 4_000, "clicks": 61, "spend_fen": SPENT_FEN,
    }  # fmt: skip
    body = json.dumps({"type": "delivery.rows", "data": {"rows": [row]}}).encode()
    key = signing.key_of(SERVER, Direction.IN, 1)
    headers = signing.sign([key], "first-hour", clock.now(), body)
    url = f"{live_server.url}/api/v1/deliveries/{SERVER}"
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert json.loads(answer.read())["accepted"] == 1


def _has_spent(owner: Walk, boost: Boost) -> None:
    owner.open(boost.get_absolute_url())
    owner.sees("¥12.34 of ¥75.00 spent")


def _stop(owner: Walk, boost: Boost) -> None:
    owner.follow("Stop for good")
    owner.sees("¥12.34 is spent. ¥62.66 is set aside")
    owner.press("Stop for good")
    owner.fill(reason="卖完了。")
    owner.press("Stop for good")
    owner.sees("Stopped.")


def _settle(boost: Boost) -> None:
    with clock.at(clock.now() + timedelta(days=3)):
        settling.settle_due()
    boost.refresh_from_db()
    assert boost.settled_at


def _ask_back(owner: Walk, brand: Merchant) -> None:
    owner.open(f"/m/{brand.code}/wallet/refunds/")
    owner.follow("Ask for a refund")
    owner.fill(amount_to_be_paid_back="9000", bank="工商银行杭州分行", account_number="6222000000")
    owner.press("Ask for it")
    owner.sees("Your wallet")
    owner.fill(amount_to_be_paid_back="1000")
    owner.press("Ask for it")
    owner.sees("Asked for. You see here how far it is.")


def _pay_back(first: Walk, second: Walk, brand: Merchant) -> None:
    first.open("/platform/reviews/")
    first.follow(brand.name)
    first.page.get_by_label("Approve").check()
    first.press("Decide")
    second.open("/platform/refunds/")
    second.follow("It is paid")
    second.fill(reference="ICBC-OUT-1")
    second.press("Save")
    second.sees("Booked. The merchant is told.")
    second.sees("¥1,000.00")


def _account_for(owner: Walk, brand: Merchant, note: Note) -> None:
    """The open month, on the page and as a workbook whose lines sum to the balance."""
    month = f"{clock.today():%Y-%m}"
    owner.open(f"/m/{brand.code}/statements/")
    owner.follow(month)
    expect(owner.main.get_by_text("Closing balance").locator("+ dd")).to_have_text("¥3,987.66")
    with owner.page.expect_download() as download:
        owner.main.get_by_role("link", name="XLSX").click()
    [sheet] = load_workbook(BytesIO(download.value.path().read_bytes())).worksheets
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    amounts = [Decimal(str(row[head.index("Amount (yuan)")] or 0)) for row in rows]
    assert sum(amounts) == Decimal("3987.66")
    assert note.external_id in {row[head.index("Note id")] for row in rows}
