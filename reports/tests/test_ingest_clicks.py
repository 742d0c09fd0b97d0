"""Clicks of the site's own links come into the lake once, each as what it is."""

from collections import Counter

import pytest

from merchants.links import clicks, facts
from merchants.listings.models import Listing
from portal import clock
from portal.jobs.queue import run_now
from reports.sources.clicks import receive_clicks
from reports.sources.models import Batch
from reports.tests.sending import current


@pytest.mark.django_db
def test_the_spool_is_taken_in_as_the_source_links(live_listing: Listing) -> None:
    listing = facts.of_listing(live_listing)
    with clock.at(clock.now()):
        for reader in ("reader", "reader", None):
            clicks.write_down(listing, reader=reader, is_machine=False)
        clicks.write_down(listing, reader=None, is_machine=True)
    (batch,) = receive_clicks()
    assert batch.job is not None
    run_now(batch.job)
    batch = Batch.objects.select_related("source").get(pk=batch.pk)
    assert (batch.source.code, batch.accepted, batch.sent) == ("links", 4, 4)
    kinds = [kind for (kind,) in current("touchpoints", columns="kind")]
    assert Counter(kinds) == {"click": 2, "repeated_click": 1, "machine_click": 1}
    assert set(kinds) == set(clicks.ClickKind)
    assert receive_clicks() == []
