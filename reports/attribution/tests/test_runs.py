"""Runs: from files taken in to the facts a report shows."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Sum

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from portal.jobs import queue
from portal.jobs.models import Job, JobState
from reports.attribution import news, publish, runs
from reports.attribution.choices import WINDOWS, Model
from reports.attribution.models import ConversionFact, CreditFact, ReportDay, TouchFact
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, attribute, credited, noon, order, touch

pytestmark = pytest.mark.django_db


def test_every_model_and_window_credits_the_whole_order(sold: Listing) -> None:
    attribute()
    for model, window_days in product(Model.values, WINDOWS):
        whole = {"credit": 1_000_000, "value": 100}
        assert credited(model=model, window_days=window_days) == whole


def test_touches_are_counted_once_on_the_day_they_happened(sold: Listing) -> None:
    attribute(LAST - timedelta(days=5), LAST)
    facts = TouchFact.objects.order_by("on").values_list("on", "listing_ids", "touchpoints")
    assert list(facts) == [(LAST - timedelta(days=k), [sold.pk], 1) for k in (3, 2, 1)]


def test_an_unmatched_conversion_is_counted_without_a_level(sold: Listing, take: Take) -> None:
    take("taobao_tmall", order("c2", sold, user_id="stranger", value_fen=7))
    attribute()
    facts = ConversionFact.objects.filter(window_days=15)
    assert set(facts.values_list("level", "conversions", "value_fen")) == {
        ("product", 1, Decimal(100)),
        ("", 1, Decimal(7)),
    }


def test_a_refund_takes_back_from_an_order_of_long_ago(live_listing: Listing, take: Take) -> None:
    live_listing.periods.update(live_from=clock.now() - timedelta(days=200))
    take("community", touch("t1", live_listing, days_ago=91))
    take("taobao_tmall", order("c1", live_listing, occurred_at=noon(90)))
    take("taobao_tmall", order("r1", live_listing, kind="refund", refund_of="c1", value_fen=30))
    attribute()
    of_refunds = credited(model="linear", window_days=15, kind="refund")
    assert of_refunds == {"credit": 1_000_000, "value": -30}


def test_a_correction_replaces_what_was_shown_and_keeps_it(sold: Listing, take: Take) -> None:
    attribute()
    first = ReportDay.objects.current().get(on=LAST)
    take("taobao_tmall", order("c1", sold, value_fen=80))
    run = runs.request_due()
    assert run is not None
    assert run.job
    assert queue.run_now(run.job).state == JobState.DONE
    assert credited(model="linear", window_days=15)["value"] == 80
    old = CreditFact.objects.filter(report_day_id=first.pk, window_days=15)
    assert old.aggregate(value=Sum("linear_fen"))["value"] == 100
    first.refresh_from_db()
    assert first.superseded_at
    assert runs.request_due() is None


def test_a_machine_that_is_behind_supersedes_no_day_before_it_was_published(
    sold: Listing, take: Take
) -> None:
    ahead = clock.now() + timedelta(minutes=5)
    with clock.at(ahead):
        attribute()
    take("taobao_tmall", order("c2", sold))
    attribute()
    old = ReportDay.objects.get(superseded_at__isnull=False)
    assert (old.published_at, old.superseded_at) == (ahead, ahead)
    assert ReportDay.objects.current().get().published_at == ahead


def test_days_without_events_are_published_as_zero(sold: Listing) -> None:
    attribute(LAST - timedelta(days=40), LAST)
    assert ReportDay.objects.current().filter(merchant=sold.merchant).count() == 41


def test_a_merchant_without_events_gets_its_days(sold: Listing, rival: Merchant) -> None:
    attribute(LAST - timedelta(days=1), LAST)
    assert ReportDay.objects.current().filter(merchant=rival).count() == 2
    for facts in (CreditFact, ConversionFact, TouchFact):
        assert set(facts.objects.values_list("merchant_id", flat=True)) == {sold.merchant_id}


def test_events_that_arrive_while_a_run_computes_leave_its_days_stale(
    sold: Listing, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_room = publish.make_room

    def meanwhile(days: list[date]) -> None:
        take("taobao_tmall", order("c2", sold, value_fen=7))
        make_room(days)

    with monkeypatch.context() as busy:
        busy.setattr(publish, "make_room", meanwhile)
        attribute(LAST - timedelta(days=1), LAST)
    current = ReportDay.objects.current().filter(on__lte=LAST)
    assert [day.on for day in current.exclude(stale_at=None)] == [LAST]
    assert credited(model="linear", window_days=15)["value"] == 100
    run = runs.request_due()
    assert run is not None
    assert run.job
    queue.run_now(run.job)
    assert not run.report_days.filter(on=LAST - timedelta(days=1)).exists()
    assert credited(model="linear", window_days=15)["value"] == 107
    assert not current.exclude(stale_at=None).exists()


def test_stale_days_are_asked_for_once_and_not_soon_after_a_failure(sold: Listing) -> None:
    attribute()
    news.of_days({(sold.merchant_id, LAST)}, act="listing.live")
    run = runs.request_due()
    assert run is not None
    assert runs.request_due() is None
    jobs = Job.objects.filter(run=run)
    jobs.update(state=JobState.FAILED)
    assert runs.request_due() is None
    jobs.update(created_at=clock.now() - runs.PAUSE_AFTER_FAILURE)
    assert runs.request_due() is not None


def test_a_merchants_run_leaves_the_others_alone(sold: Listing, rival: Merchant) -> None:
    attribute(merchant=sold.merchant.code)
    assert set(ReportDay.objects.values_list("merchant", flat=True)) == {sold.merchant_id}


def test_charlie_cannot_compute_alices_days(sold: Listing, charlie: User) -> None:
    with pytest.raises(PermissionDenied):
        runs.request(first_on=LAST, last_on=LAST, merchant=sold.merchant, by=charlie)
