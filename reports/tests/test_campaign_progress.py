"""How far a campaign is on the way to its target, by the report on its days and notes."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.campaigns import progress as told
from campaigns.campaigns import verbs as campaigns
from campaigns.campaigns.models import Campaign, TargetKind
from campaigns.campaigns.progress import Progress
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User
from reports.answers import progress
from reports.tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(shop: Merchant, live_listing: Listing, alice: User) -> Campaign:
    """Of the listing's note, from three days ago to the day after tomorrow."""
    made = campaigns.open_one(
        shop, request_key=uuid4(), name="618", starts_on=factory.day(3),
        ends_on=clock.today() + timedelta(days=2), target_kind=TargetKind.GMV,
        target_value=100_000, budget_fen=None, by=alice,
    )  # fmt: skip
    campaigns.put_in(made, live_listing.note, by=alice)
    return made


def test_what_its_notes_brought_on_its_days_counts(
    campaign: Campaign, shop: Merchant, live_listing: Listing
) -> None:
    before, first, second = factory.publish(shop, *(factory.day(ago) for ago in (4, 3, 2)))
    other = Listing.objects.create(
        merchant=shop, product=live_listing.product, placement=live_listing.placement,
        note=Note.objects.create(
            merchant=shop, external_id="other", title="Other", kind="image", author_name="Lin"
        ),
        code="other", status="live", created_by=live_listing.created_by,
    )  # fmt: skip
    for day in (before, first, second):
        factory.credit(day, live_listing, "order", value_fen=10_000)
        factory.credit(day, other, "order", value_fen=7)
        factory.touch(day, live_listing, kind="view", touchpoints=30)
        factory.touch(day, live_listing, kind="click", touchpoints=4)
    counted = {}
    for kind in TargetKind:
        campaign.target_kind = kind
        counted[kind] = told.of(campaign)
    # Yesterday has no numbers yet.
    yesterday = factory.day(1)
    assert counted == {
        TargetKind.READS: Progress(60, yesterday, lacks=1),
        TargetKind.CLICKS: Progress(8, yesterday, lacks=1),
        TargetKind.ORDERS: Progress(2, yesterday, lacks=1),
        TargetKind.GMV: Progress(20_000, yesterday, lacks=1),
    }


def test_every_kind_of_target_has_its_metric() -> None:
    assert set(progress.METRICS) == set(TargetKind)


def test_nothing_is_said_before_anything_is_counted(campaign: Campaign, shop: Merchant) -> None:
    assert told.of(campaign) is None
    factory.publish(shop, factory.day(3))
    assert told.of(campaign) is not None
    campaign.starts_on = clock.today()
    assert told.of(campaign) is None
    campaign.starts_on, campaign.target_kind = factory.day(3), ""
    assert told.of(campaign) is None


def test_the_page_asks_as_often_for_many_notes(
    campaign: Campaign, shop: Merchant, live_listing: Listing, alice: User,
    client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    factory.publish(shop, factory.day(3), factory.day(2))
    client, counts = client_of(alice), []
    client.get(campaign.get_absolute_url())
    for number in range(6):
        note = Note.objects.create(
            merchant=shop, external_id=f"n{number}", title="N", kind="image", author_name="Lin"
        )
        campaigns.put_in(campaign, note, by=alice)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(campaign.get_absolute_url()).content.decode()
        assert "Nothing is counted yet." not in page
        counts.append(len(asked))
    assert counts[0] == counts[-1] <= 45
