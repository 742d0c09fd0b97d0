"""Touch facts of the version before, which name one listing each, and what becomes of them."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from campaigns.tests.test_ledger_migration import Migrate
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from reports.attribution.models import ReportDay, TouchFact, TouchSum
from reports.tests.factory import day, publish
from tests import migrating

BEFORE, AFTER = "0016_credit_by_model_columns", "0017_touches_count_once"


@pytest.fixture
def migrate(transactional_db: None) -> Iterator[Migrate]:
    """The tables as after a migration of reports; at the end as they are today."""
    yield partial(migrating.migrate, "reports")
    migrating.back_to_today()


def test_touches_are_moved_and_days_of_notes_with_several_listings_computed_anew(
    migrate: Migrate, shop: Merchant, sunscreen: Listing, lipstick: Listing, list_product: Any
) -> None:
    beside = list_product(shop, "Hand cream", kind="in_app", on=sunscreen)
    shared, alone = publish(shop, day(2), day(1))
    apps: Any = migrate(BEFORE)
    for report_day, listing in ((shared, sunscreen), (alone, lipstick)):
        of = {"on": report_day.on, "report_day_id": report_day.pk, "merchant_id": shop.pk, "row": 1}
        of |= {"placement": listing.placement, "kind": "view", "touchpoints": 5}
        apps.get_model("reports.TouchFact").objects.create(
            listing_id=listing.pk, note_id=listing.note_id, **of
        )
        store_kind = listing.product.store.kind
        apps.get_model("reports.TouchSum").objects.create(store_kind=store_kind, **of)
    migrate(AFTER)
    facts = TouchFact.objects.order_by("on").values_list("note_id", "listing_ids", "touchpoints")
    assert list(facts) == [
        (sunscreen.note_id, [sunscreen.pk], 5),
        (lipstick.note_id, [lipstick.pk], 5),
    ]
    sums = TouchSum.objects.order_by("on").values_list("placements", "store_kinds", "touchpoints")
    assert list(sums) == [(["note_body"], ["tmall"], 5), (["note_body"], ["in_app"], 5)]
    stale = ReportDay.objects.exclude(stale_at=None)
    assert list(stale.values_list("on", flat=True)) == [shared.on]
    assert beside.note_id == sunscreen.note_id
