"""The demo world as rows: made by the verbs that people use, all of it or nothing."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns.models import Boost
from merchants.models import Listing, ListingPeriod, Merchant, Opening
from merchants.models.merchant import MerchantStatus
from portal.accounts.models import Role, User
from reports.demo import world as demo
from reports.demo.nouns import Outcome, World
from reports.demo.waiting import Teller


@pytest.fixture
def founded(db: None) -> World:
    yesterday = timezone.localdate() - timedelta(days=1)
    planned = demo.Size(merchants=9, days=12, touchpoints=1_000, seed=7, last_on=yesterday).world()
    demo.found(planned, Teller(io.StringIO()))
    return planned


def test_the_demo_world_has_something_for_everybody(founded: World) -> None:
    owned = Merchant.objects.get(team__memberships__user__email="owner@notelink.example")
    assert set(owned.team.memberships.values_list("role", flat=True)) == set(Role)
    assert set(owned.boosts.values_list("status", flat=True)) == set(Outcome)
    assert set(Merchant.objects.values_list("status", flat=True)) == set(MerchantStatus)
    assert Opening.objects.filter(status="proposed").exists()
    assert User.objects.get(email="owner@notelink.example").notices.filter(read_at=None).exists()


def test_planned_listings_were_live_when_the_plan_says_so(founded: World) -> None:
    assert Listing.objects.filter(status="live").count() == len(founded.listings)
    first_instant = founded.period.starts_at
    planned = sum(listing.is_live(first_instant) for listing in founded.listings)
    assert ListingPeriod.objects.filter(live_from__lte=first_instant).count() == planned


def test_running_boosts_spent_their_days_and_the_ledger_agrees(founded: World) -> None:
    assert Boost.objects.filter(status="running", spent_until_on__isnull=False).exists()
    call_command("ledger", "verify", stdout=io.StringIO())
