"""Clicks of the site's own links come into the lake once."""

import pytest

from merchants.links import spool
from merchants.listings.models import Listing
from portal import clock
from portal.jobs.queue import run_now
from reports.sources.clicks import receive_clicks
from reports.sources.models import Batch


@pytest.mark.django_db
def test_the_spool_is_taken_in_as_the_source_links(live_listing: Listing) -> None:
    spool.record(live_listing, event_id="k1", user_id="reader", occurred_at=clock.now())
    (batch,) = receive_clicks()
    assert batch.job is not None
    run_now(batch.job)
    batch = Batch.objects.select_related("source").get(pk=batch.pk)
    assert (batch.source.code, batch.accepted, batch.sent) == ("links", 1, 1)
    assert receive_clicks() == []
