"""What comes late makes stale, and has written again, what it changes and nothing else."""

from datetime import date, timedelta

import pytest
from django.db.models import Count

from merchants.listings.models import Listing
from portal import clock
from portal.jobs import queue
from reports.attribution import runs
from reports.attribution.models import ReportDay, Run
from reports.attribution.tests.acting import Cast
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, attribute, noon, order, touch

pytestmark = pytest.mark.django_db

Days = set[tuple[int, date]]
# `python -m bench late` sends 24.
BATCHES = 2


def ago(days: int) -> date:
    return LAST - timedelta(days=days)


def of(listing: Listing, *days: int) -> Days:
    return {(listing.merchant_id, ago(one)) for one in days}


def days(**which: object) -> Days:
    return set(ReportDay.objects.filter(**which).values_list("merchant_id", "on"))


@pytest.fixture
def computed(cast: Cast, take: Take) -> Cast:
    """Four days of Alice's merchant and of the rival, each with reads on its first and third day,
    and an order on its first and its last."""
    both = (cast.listing, cast.rivals)
    take("community", *(touch(f"t{one.pk}-{k}", one, days_ago=k) for one in both for k in (3, 1)))
    orders = [
        order(f"c{one.pk}-{back}", one, occurred_at=noon(back)) for one in both for back in (3, 0)
    ]
    take("taobao_tmall", *orders)
    attribute(ago(3), clock.today())
    both_days = of(cast.listing, *range(4)) | of(cast.rivals, *range(4))
    assert days(superseded_at=None, on__lte=LAST) == both_days
    return cast


def compute() -> Run:
    """What is due, as beat asks for it."""
    run = runs.request_due()
    assert run is not None
    assert run.job is not None
    queue.run_now(run.job)
    return run


def written(before: set[int]) -> Days:
    """Days that are written again since there were these copies."""
    made = ReportDay.objects.exclude(pk__in=before).filter(on__lte=LAST)
    return set(made.values_list("merchant_id", "on"))


def copies() -> set[int]:
    return set(ReportDay.objects.values_list("pk", flat=True))


def test_a_hundred_late_clicks_of_one_listing_rewrite_its_merchants_changed_days_alone(
    computed: Cast, take: Take
) -> None:
    """They are of the second day: it has them, and the last has an order that they earn; the day
    between is looked at and stays. The twin does not know any more what the days say."""
    ours = computed.listing
    for is_twin in (False, True):
        before = copies()
        names = [f"late{number}{is_twin}" for number in range(100)]
        take("community", *(touch(name, ours, days_ago=2, kind="click") for name in names))
        assert days(superseded_at=None, stale_at__isnull=False, on__lte=LAST) == of(ours, 2, 1, 0)
        if is_twin:
            ReportDay.objects.update(content="0" * 32)
        run = compute()
        assert written(before) == (of(ours, 2, 1, 0) if is_twin else of(ours, 2, 0))
        assert days(checked_by=run, on__lte=LAST) == (set() if is_twin else of(ours, 1))
        assert not days(superseded_at=None, stale_at__isnull=False)


def test_late_batches_of_a_day_leave_one_copy_of_what_they_do_not_change(
    computed: Cast, take: Take
) -> None:
    """Each brings a read on the second day, and the days behind it are looked at; the twin has
    these written each time, too."""
    day, second = of(computed.listing, 1), of(computed.listing, 2)
    for is_twin in (False, True):
        for number in range(BATCHES):
            name = f"late{number}{is_twin}"
            take("community", touch(name, computed.listing, days_ago=2, user_id=f"u{name}"))
            if is_twin:
                ReportDay.objects.update(content="0" * 32)
            compute()
        of_each = {
            (merchant, on): count
            for merchant, on, count in ReportDay.objects.order_by()
            .values_list("merchant_id", "on")
            .annotate(Count("pk"))
        }
        assert {of_each[one] for one in day} == {1 + BATCHES * is_twin}
        assert {of_each[one] for one in second} == {1 + BATCHES * (1 + is_twin)}
