"""A click of ours that app and link report on two days counts once, whichever day a run reads."""

from datetime import date, datetime, timedelta

import pytest
from django.db.models import Sum

from merchants.links import click_ids
from merchants.listings.models import Listing
from portal import clock
from reports.attribution import days
from reports.attribution.choices import WINDOWS
from reports.attribution.models import CreditFact, ReportDay, TouchFact
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, attribute, order, touch
from reports.tests.factory import publish

pytestmark = pytest.mark.django_db

BEFORE = LAST - timedelta(days=1)
MOMENT = timedelta(milliseconds=100)


@pytest.fixture
def live(live_listing: Listing) -> Listing:
    """Alice's listing, live for a long time."""
    live_listing.periods.update(live_from=clock.now() - timedelta(days=200))
    return live_listing


def click(live: Listing, event_id: str, at: datetime) -> dict[str, object]:
    return touch(event_id, live, days_ago=0, kind="click", occurred_at=at.isoformat())


def counted() -> dict[date, int]:
    """Clicks by day, as the newest report days have them."""
    current = ReportDay.objects.current().values("pk")
    facts = TouchFact.objects.filter(report_day_id__in=current)
    return dict(facts.values_list("on").annotate(Sum("touchpoints")))


def by_run(*spans: tuple[date, date]) -> dict[date, int]:
    for span in spans:
        attribute(*span)
    return counted()


def test_over_midnight_the_row_of_our_link_counts_whichever_day_a_run_reads(
    live: Listing, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: a run that reads no day behind its own counts the row of the app as well."""
    midnight, (late, early) = clock.start_of(LAST), (click_ids.make(), click_ids.make())
    take("links", click(live, late, midnight + MOMENT), click(live, early, midnight - MOMENT))
    take("community", click(live, late, midnight - MOMENT), click(live, early, midnight + MOMENT))
    once = {BEFORE: 1, LAST: 1}
    assert by_run((BEFORE, BEFORE), (LAST, LAST)) == by_run((BEFORE, LAST)) == once
    monkeypatch.setattr(days, "BESIDE", 0)
    assert by_run((BEFORE, BEFORE)) == {BEFORE: 2, LAST: 1}


def test_at_the_edge_of_the_widest_window_it_is_the_row_of_our_link_that_is_too_old(
    live: Listing, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: a run that reads no day before the window credits the row of the app."""
    edge, ours = clock.start_of(LAST - timedelta(days=max(WINDOWS))), click_ids.make()
    take("links", click(live, ours, edge - MOMENT))
    take("community", click(live, ours, edge + MOMENT))
    take("taobao_tmall", order("c1", live, occurred_at=clock.start_of(LAST).isoformat()))
    attribute()
    assert not CreditFact.objects.exists()
    monkeypatch.setattr(days, "BESIDE", 0)
    attribute()
    assert CreditFact.objects.exists()


@pytest.mark.parametrize(
    ("source", "minutes", "touched"),
    [("links", 9, {BEFORE, LAST}), ("links", 11, {LAST}), ("community", 9, {LAST})],
)
def test_a_click_of_ours_soon_after_midnight_touches_the_day_before(
    live: Listing, take: Take, source: str, minutes: int, touched: set[date]
) -> None:
    """The twins: a later click, and one with an id of somebody else."""
    publish(live.merchant, BEFORE, LAST)
    event_id = click_ids.make() if source == "links" else "t1"
    take(source, click(live, event_id, clock.start_of(LAST) + timedelta(minutes=minutes)))
    stale = ReportDay.objects.current().exclude(stale_at=None).values_list("on", flat=True)
    assert set(stale) == touched
