"""A click of ours that others report on another note counts there until our own row comes: then the
days of that note have changed, too."""

from datetime import date, timedelta

import pytest

from merchants.companies.models import Merchant
from merchants.links import click_ids
from merchants.listings.models import Listing
from reports.attribution import tracing
from reports.attribution.models import ReportDay
from reports.attribution.tests.acting import Cast
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, touch
from reports.sources.models import EventKind, Source, SourceKind
from reports.tests.factory import publish

pytestmark = pytest.mark.django_db

Days = set[tuple[int, date]]
ON = LAST - timedelta(days=1)


@pytest.fixture(autouse=True)
def second_app() -> None:
    """A second source of the community, which comes after the first in the order of names."""
    kind = {"kind": SourceKind.COMMUNITY, "events": EventKind.TOUCHPOINTS}
    Source.objects.create(code="second_app", name_zh="第二端", name_en="Second app", **kind)


@pytest.fixture
def pair(cast: Cast) -> tuple[Listing, Listing]:
    """Alice's listing and one of the rival's, both live, with two report days each."""
    for listing in (cast.listing, cast.rivals):
        publish(listing.merchant, ON, LAST)
    return cast.listing, cast.rivals


def click(listing: Listing, event_id: str) -> dict[str, object]:
    return touch(event_id, listing, days_ago=1, kind="click")


def told(take: Take, source: str, *rows: dict[str, object]) -> Days:
    """Whose days a file makes stale."""
    ReportDay.objects.update(stale_at=None)
    take(source, *rows)
    stale = ReportDay.objects.current().exclude(stale_at=None)
    return set(stale.values_list("merchant_id", "on"))


def of(*merchants: Merchant) -> Days:
    return {(merchant.pk, on) for merchant in merchants for on in (ON, LAST)}


def test_our_row_touches_the_note_that_others_named_for_its_click(
    pair: tuple[Listing, Listing], take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin looks at the batch's own source alone, and leaves the days of the other as they
    are."""
    (ours, theirs), first, second = pair, click_ids.make(), click_ids.make()
    take("community", click(theirs, first), click(theirs, second), click(theirs, "t1"))
    lost = click_ids.make()
    assert told(take, "links", click(ours, lost)) == of(ours.merchant)
    assert told(take, "links", click(ours, first)) == of(ours.merchant, theirs.merchant)
    monkeypatch.setattr(tracing, "_overtaken", lambda *asked: set())
    assert told(take, "links", click(ours, second)) == of(ours.merchant)


def test_of_two_others_the_one_that_counts_from_now_on_touches_the_note_of_the_other(
    pair: tuple[Listing, Listing], take: Take
) -> None:
    """And the one that comes second to it touches what it names itself alone."""
    (ours, theirs), first, second = pair, click_ids.make(), click_ids.make()
    take("second_app", click(theirs, first))
    assert told(take, "community", click(ours, first)) == of(ours.merchant, theirs.merchant)
    take("community", click(theirs, second))
    assert told(take, "second_app", click(ours, second)) == of(ours.merchant)
    # Neither of two has an id that we signed: each counts for itself.
    take("second_app", click(theirs, "t1"))
    assert told(take, "community", click(ours, "t1")) == of(ours.merchant)
