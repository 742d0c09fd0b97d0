"""A live listing and sums of facts, for tests."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import QuerySet, Sum

from campaigns.boosts.models import Boost, Objective
from merchants.listings.models import Listing
from portal import clock
from reports.attribution.tests.steps import LAST


@pytest.fixture
def live(live_listing: Listing) -> Listing:
    """Alice's listing, live for a hundred days."""
    live_listing.periods.update(live_from=clock.now() - timedelta(days=100))
    return live_listing


def sums(facts: QuerySet[Any], count: str, fen: str = "value_fen") -> dict[str, list[Any]]:
    """Count and value by kind of conversion."""
    rows = facts.values_list("kind").annotate(Sum(count), Sum(fen)).order_by("kind")
    return {kind: [found, value] for kind, found, value in rows}


def boost(listing: Listing, external_id: str) -> Boost:
    return Boost.objects.create(
        merchant=listing.merchant, note=listing.note, objective=Objective.READS,
        starts_on=LAST, ends_on=LAST, budget_fen=10_000, external_id=external_id,
        created_by=listing.created_by, request_key=uuid4(),
    )  # fmt: skip
