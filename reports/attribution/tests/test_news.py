"""What a batch or an act touches: it alone is stale, and it alone is computed again."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Objective
from merchants.companies.models import Merchant, MerchantStatus
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.stores import verbs as stores
from merchants.stores.models import Store, StoreStatus
from portal import clock
from portal.accounts.models import User
from portal.jobs import queue
from portal.jobs.models import JobState
from reports.attribution import news, runs, staleness
from reports.attribution.inputs import NamedDay, News
from reports.attribution.models import ReportDay
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, attribute, noon, order, touch
from reports.attribution.tracing import Trace
from reports.sources.models import Batch, Source
from reports.sources.slices import Slice
from reports.tasks import request_due
from reports.tests.factory import publish
from tests.racing import one_after_the_other

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(live_listing: Listing) -> Listing:
    """Alice's listing, live for a hundred days."""
    live_listing.periods.update(live_from=clock.now() - timedelta(days=100))
    return live_listing


@pytest.fixture
def shown(live: Listing, rival: Merchant) -> Listing:
    """Sixty report days of Alice's merchant and of its rival, up to the last day."""
    for merchant in (live.merchant, rival):
        publish(merchant, *(ago(k) for k in range(60)))
    return live


def ago(days: int) -> date:
    return LAST - timedelta(days=days)


def stale() -> set[tuple[int, int]]:
    """Merchants' ids, and how many days before the last day is stale."""
    days = ReportDay.objects.current().exclude(stale_at=None)
    return {(day.merchant_id, (LAST - day.on).days) for day in days}


def of(listing: Listing, *days: int) -> set[tuple[int, int]]:
    return {(listing.merchant_id, day) for day in days}


def test_a_touchpoint_touches_the_widest_window_of_its_merchant_alone(
    shown: Listing, take: Take
) -> None:
    take("community", touch("t1", shown, days_ago=45), touch("t2", shown, days_ago=44, note_id="?"))
    assert stale() == of(shown, *range(15, 46))


def test_a_touchpoint_on_a_note_whose_listing_was_not_live_touches_nothing(
    shown: Listing, take: Take
) -> None:
    shown.periods.update(live_from=clock.start_of(ago(3)))
    take("community", touch("t1", shown, days_ago=4))
    assert not stale()
    take("community", touch("t2", shown, days_ago=3))
    assert stale() == of(shown, 0, 1, 2, 3)


def test_a_touchpoint_that_is_corrected_touches_where_it_was(
    shown: Listing, rival: Merchant, take: Take
) -> None:
    take("community", touch("t1", shown, days_ago=2))
    ReportDay.objects.update(stale_at=None)
    take("community", touch("t1", shown, days_ago=1, note_id="of nobody"))
    assert stale() == of(shown, 0, 1, 2)


def test_an_order_touches_its_day_and_the_days_of_its_refunds(shown: Listing, take: Take) -> None:
    """In whatever order they came, and whatever their dates."""
    take(
        "taobao_tmall",
        order("r1", shown, kind="refund", refund_of="c1", occurred_at=noon(30)),
        order("r2", shown, kind="refund", refund_of="o1", occurred_at=noon(2)),
        order("r3", shown, kind="refund", refund_of="c2", occurred_at=noon(1)),
    )
    assert stale() == of(shown, 30, 2, 1)
    ReportDay.objects.update(stale_at=None)
    take("taobao_tmall", order("c1", shown, order_id="o1", occurred_at=noon(20)))
    assert stale() == of(shown, 20, 30, 2)


def test_an_order_touches_the_day_that_another_source_tells_of_it(
    shown: Listing, take: Take
) -> None:
    """One of the two counts, so the other counts no more."""
    Source.objects.create(
        code="own", name_zh="自有", name_en="Own", events="conversions",
        marketplace=Source.objects.get(code="taobao_tmall").marketplace,
    )  # fmt: skip
    take("own", order("c1", shown, occurred_at=noon(9)), order("c2", shown, occurred_at=noon(8)))
    ReportDay.objects.update(stale_at=None)
    take("taobao_tmall", order("c1", shown, occurred_at=noon(7)))
    assert stale() == of(shown, 9, 7)


def test_a_refund_touches_its_day_and_those_of_later_refunds_of_its_order(
    shown: Listing, take: Take
) -> None:
    take(
        "taobao_tmall",
        order("c1", shown, order_id="o1", occurred_at=noon(20)),
        order("r1", shown, kind="refund", refund_of="c1", occurred_at=noon(15)),
        order("r2", shown, kind="refund", refund_of="o1", occurred_at=noon(5)),
    )
    ReportDay.objects.update(stale_at=None)
    take("taobao_tmall", order("r3", shown, kind="refund", refund_of="c1", occurred_at=noon(10)))
    assert stale() == of(shown, 10, 5)


def test_a_touchpoint_touches_the_refunds_of_the_orders_it_reaches(
    shown: Listing, take: Take
) -> None:
    take("taobao_tmall", order("c1", shown, occurred_at=noon(20)))
    take("taobao_tmall", order("r1", shown, kind="refund", refund_of="c1", occurred_at=noon(1)))
    take("taobao_tmall", order("r2", shown, kind="refund", refund_of="c1", occurred_at=noon(55)))
    ReportDay.objects.update(stale_at=None)
    take("community", touch("t1", shown, days_ago=45))
    assert stale() == of(shown, *range(15, 46), 1, 55)


def test_a_store_that_is_verified_touches_the_days_it_had_orders(
    shown: Listing, take: Take, admin: User
) -> None:
    store = shown.product.store
    Store.objects.filter(pk=store.pk).update(status=StoreStatus.VERIFYING)
    take("taobao_tmall", order("c1", shown, occurred_at=noon(7)), order("c2", shown))
    take("jd", order("c3", shown, occurred_at=noon(9)))
    assert not stale()
    store.refresh_from_db()
    stores.verify(store, version=store.version, by=admin)
    assert stale() == of(shown, 7, 0)
    assert set(News.objects.filter(on=LAST).values_list("act", flat=True)) == {"store.verified"}


@pytest.mark.django_db(transaction=True)
def test_a_store_that_is_verified_while_its_orders_come_misses_none(
    shown: Listing, admin: User
) -> None:
    store = shown.product.store
    Store.objects.filter(pk=store.pk).update(status=StoreStatus.VERIFYING)
    source = Source.objects.get(code="taobao_tmall")
    batch = Batch.objects.create(source=source, file_name="orders", sha256="0", bytes=1)

    def verify() -> None:
        stores.verify(store, version=version, by=admin)

    store.refresh_from_db()
    version, trace = store.version, Trace(stores={(store.external_id, ago(7))})
    one_after_the_other(lambda: news.of_batch(batch, trace), verify)
    assert stale() == of(shown, 7)


def test_a_listing_touches_the_day_on_which_it_moves(
    shown: Listing, rival: Merchant, alice: User
) -> None:
    for merchant in (shown.merchant, rival):
        publish(merchant, clock.today())
    listings.pause(shown, by=alice)
    assert stale() == of(shown, -2)


def test_a_boost_that_becomes_known_touches_the_days_that_named_it(
    shown: Listing, take: Take, alice: User
) -> None:
    key = uuid4()
    take("community", touch("t1", shown, days_ago=3, boost_id=f"b{key.hex}"))
    take("community", touch("t2", shown, days_ago=9, boost_id="another's"))
    ReportDay.objects.update(stale_at=None)
    boosts.request(
        shown.merchant, request_key=key, by=alice, note=shown.note, objective=Objective.READS,
        starts_on=clock.today(), ends_on=clock.today(), budget_fen=70_000, beside=True,
    )  # fmt: skip
    assert stale() == of(shown, 0, 1, 2, 3)


def test_what_is_due_is_computed_for_whom_it_is_due(
    shown: Listing, rival: Merchant, take: Take
) -> None:
    """One day of one merchant, and not what lies between; others keep what they have."""
    Slice.objects.all().delete()  # A day that its sender has closed is due for both.
    take("taobao_tmall", order("c1", shown), order("c2", shown, occurred_at=noon(40)))
    before = set(ReportDay.objects.values_list("pk", flat=True))
    run = runs.request_due()
    assert run is not None
    assert run.job is not None
    assert queue.run_now(run.job).state == JobState.DONE
    made = ReportDay.objects.exclude(pk__in=before).filter(on__lte=LAST)
    assert {(day.merchant_id, (LAST - day.on).days) for day in made} == of(shown, 0, 40)
    assert not stale()
    assert runs.request_due() is None


def test_a_merchants_own_run_keeps_nobody_waiting(
    shown: Listing, rival: Merchant, take: Take, alice: User
) -> None:
    take("taobao_tmall", order("c1", shown))
    runs.request(first_on=LAST, last_on=LAST, merchant=shown.merchant, by=alice)
    assert runs.request_due() is not None


def test_a_day_that_one_merchant_has_is_missing_for_the_other(
    live: Listing, rival: Merchant, take: Take
) -> None:
    publish(rival, LAST)
    Slice.objects.all().delete()  # A day that its sender has closed is due for both.
    take("taobao_tmall", order("c1", live))
    run = runs.request_due()
    assert run is not None
    assert run.first_on == LAST


def test_a_merchant_that_is_not_verified_has_nothing_due(shown: Listing, take: Take) -> None:
    take("taobao_tmall", order("c1", shown))
    Merchant.objects.update(status=MerchantStatus.SUBMITTED)
    assert runs.request_due() is None


def test_batches_of_the_time_before_are_traced_once(shown: Listing, take: Take) -> None:
    take("taobao_tmall", order("c1", shown, occurred_at=noon(4)))
    News.objects.all().delete()
    NamedDay.objects.all().delete()
    ReportDay.objects.update(stale_at=None)
    staleness.trace_older()
    assert not stale()
    Batch.objects.update(traced_at=None)
    request_due()
    assert stale() == of(shown, 4)
    assert NamedDay.objects.get().on == ago(4)
    assert not Batch.objects.untraced().exists()


def test_news_told_while_a_run_computes_is_not_lost(
    shown: Listing, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: a run that took a later number would call itself up to date."""
    seen = news.seen
    for is_late in (False, True):
        ReportDay.objects.update(stale_at=None)

        def looked(is_late: bool = is_late) -> int:
            before = seen()
            news.of_days({(shown.merchant_id, LAST)}, act="listing.live")
            return seen() if is_late else before

        monkeypatch.setattr(news, "seen", looked)
        attribute()
        assert stale() == (set() if is_late else of(shown, 0))
