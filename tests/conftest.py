"""The world of the permission table: one object of each kind, all of Alice's merchant."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Objective
from campaigns.funds import verbs as funds
from campaigns.ledger import payments
from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.openings.models import Opening, OpeningApplication
from portal.accounts import teams
from portal.accounts.models import Role, Team, User
from portal.jobs.models import Job
from reports.sources.models import Batch, BatchState, Source


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
    shop: Merchant,
    live_listing: Listing,
    opening: Opening,
    approval: OpeningApplication,
    in_app_product: Product,
    alice: User,
    admin: User,
    manager: User,
) -> dict[str, Any]:
    """What is asked for, by the name the table uses."""
    invitation = teams.invite(team, email="new@alice.example", role=Role.ANALYST, by=alice)
    boost = boosts.request(
        shop,
        note=live_listing.note,
        objective=Objective.READS,
        starts_on=timezone.localdate() + timedelta(days=1),
        ends_on=timezone.localdate() + timedelta(days=7),
        budget_fen=70_000,
        request_key=uuid4(),
        by=alice,
    )
    fund = funds.create("spring", name_zh="春季扶持金", name_en="Spring fund", by=admin)
    return {
        "team": team,
        "membership": team.memberships.get(role=Role.FINANCE),
        "invitation": invitation,
        "merchant": shop,
        "store": live_listing.product.store,
        "product": live_listing.product,
        "note": live_listing.note,
        "listing": live_listing,
        "opening": opening,
        "application": approval,
        "in_app_product": in_app_product,
        "in_app_store": in_app_product.store,
        "boost": boost,
        "fund": fund,
        "batch": Batch.objects.create(
            source=Source.objects.get(code="jd"),
            merchant=shop,
            file_name="alice.csv",
            bytes=1,
            state=BatchState.COMMITTED,
        ),
        "job": Job.objects.create(kind="alice", team=team, created_by=alice),
        "merchant_kind": "merchant",
        "store_kind": "store",
        "application_kind": "application",
        "boost_kind": "boost",
        "payment_kind": "payment",
        "top_up_kind": "top-up",
        "payment": payments.record(
            shop, amount_fen=payments.TWO_PERSON_FEN + 1, reference="alice-large", by=manager
        ),
        "top_up": funds.pay_in(
            fund, amount_fen=payments.TWO_PERSON_FEN + 1, reference="fund-large", by=admin
        ),
        "made_up_key": "made-up",
        "made_up_uid": "a1",
        "made_up_number": 10**9,
    }
