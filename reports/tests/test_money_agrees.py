"""What one boost has cost is the same fen wherever it is read: wallet, statement, its page, the
campaign's page, the report and its files; and what is paid outside stands beside it, once."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client

from campaigns.boosts import decisions, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Objective
from campaigns.boosts.money import money_of
from campaigns.campaigns.models import Campaign
from campaigns.costs import verbs as costs
from campaigns.costs.models import Channel, CostKind
from campaigns.delivery import taking
from campaigns.delivery.models import AdServer, DeliveryMessage
from campaigns.delivery.rows import Row
from campaigns.funds import verbs as funds
from campaigns.ledger import payments
from campaigns.ledger.proof import verify
from campaigns.statements import giving, months
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from portal.webhooks.models import Endpoint

PAID_IN, GRANTED, CAPTURED = 500_000, 30_000, 55_123
CASH = CAPTURED - GRANTED


@pytest.mark.django_db
def test_every_page_and_file_says_what_was_captured_to_the_fen(
    client_of: Callable[[User], Client], shop: Merchant, live_listing: Listing,
    alice: User, admin: User, manager: User,
) -> None:  # fmt: skip
    # Ahead of whatever the stage was set at.
    today = clock.today() + timedelta(days=1)
    noon = clock.start_of(today) + timedelta(hours=12)
    server = AdServer.objects.create(
        endpoint=Endpoint.objects.create(code="feed"), name_zh="投放", name_en="Feed"
    )
    with clock.at(noon):
        payments.record(shop, amount_fen=PAID_IN, reference="IN-1", by=manager)
        fund = funds.create("spring", name_zh="春季", name_en="Spring", by=admin)
        funds.pay_in(fund, amount_fen=100_000, reference="fund-1", by=admin)
        promotion = Campaign.objects.create(
            merchant=shop, name="618", starts_on=today, ends_on=today, created_by=alice,
            request_key=uuid4(),
        )  # fmt: skip
        boost = boosts.request(
            shop, note=live_listing.note, objective=Objective.READS, starts_on=today,
            ends_on=today + timedelta(days=2), budget_fen=70_000, fund=fund, grant_fen=GRANTED,
            campaign=promotion, request_key=uuid4(), by=alice,
        )  # fmt: skip
        boost = boosts.submit(boost, by=alice)
        decisions.approve(boost, version=boost.version, by=manager)
        schedule.start_due()
        boost.refresh_from_db()
        # The second message corrects the first; the third says another hour, twice.
        for hour, revision, fen in [(0, 1, 40_000), (0, 2, 35_123), (1, 1, 20_000), (1, 1, 20_000)]:
            row = Row(
                boost.external_id, noon + timedelta(hours=hour), revision, impressions=900,
                clicks=9, spend_fen=fen,
            )  # fmt: skip
            sent = DeliveryMessage.objects.create(
                ad_server=server, message_id=uuid4().hex, sha256="0" * 64
            )
            taking.take(boost, {1: row}, sent)
        costs.record(
            shop, key=uuid4(), note=None, boost=boost, campaign=None, channel=Channel.CREATOR,
            kind=CostKind.CREATOR_FEE, on=today, amount_fen=1_234, reference="", by=alice,
        )  # fmt: skip
        boost.refresh_from_db()
        assert boost.captured_fen == CAPTURED

        money = money_of(shop)
        assert PAID_IN - money.free_fen - money.held_fen == CASH
        given = giving.give(shop, months.this())
        assert given
        taken = [line for line in given.drawn.lines if line.reason != "deposit"]
        assert sum(line.amount_fen for line in taken) == -CASH
        assert given.drawn.closing_fen == money.free_fen + money.held_fen
        assert (given.drawn.granted_fen, verify().broken) == (GRANTED, [])

        client = client_of(alice)
        for page in (boost.get_absolute_url(), promotion.get_absolute_url()):
            shown = client.get(page).content.decode()
            assert ("¥551.23" in shown, "¥12.34" in shown) == (True, True), page
        told = json.loads(_report(shop, "json", today))
        [row_of] = [one for one in told["rows"] if one["key"] == boost.external_id]
        assert (row_of["spend"], row_of["spend_own_cash"]) == (CAPTURED, CASH)
        assert "551.23" in _report(shop, "csv", today)


def _report(shop: Merchant, form: str, on: object) -> str:
    said = io.StringIO()
    question = {"first_on": on, "last_on": on, "time_base": "touch", "by": "boost"}
    call_command("report", shop.code, format=form, stdout=said, **question)
    return said.getvalue()
