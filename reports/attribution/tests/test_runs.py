"""Runs: from files taken in to the facts a report shows."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.utils import timezone

from merchants.models import Listing, Merchant
from portal.accounts.models import User
from portal.jobs import queue
from portal.jobs.models import JobState
from reports import ingest
from reports.attribution import runs
from reports.attribution.weights import MODELS, WINDOWS
from reports.models import (
    Batch,
    ConversionFact,
    CreditFact,
    ReportDay,
    Run,
    Source,
    TouchFact,
)

pytestmark = pytest.mark.django_db
LAST = timezone.localdate() - timedelta(days=2)
Take = Callable[..., Batch]


def noon(days_ago: int) -> str:
    """Noon in Shanghai, so many days before the last day."""
    day = datetime.combine(LAST, datetime.min.time(), UTC) + timedelta(hours=4)
    return (day - timedelta(days=days_ago)).isoformat()


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Take rows of a source in, as a file."""

    def take_in(source: str, *rows: dict[str, Any]) -> Batch:
        path = tmp_path / f"{source}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        found = Source.objects.get(code=source)
        batch = ingest.receive(found, path=path, file_name=path.name, by=None)
        assert batch.job
        assert queue.run_now(batch.job).state == JobState.DONE, batch.job.error
        batch.refresh_from_db()
        assert batch.accepted == len(rows)
        return batch

    return take_in


@pytest.fixture
def sold(live_listing: Listing, take: Take) -> Listing:
    """Three reads of the note, a week apart from each other's edge, and an order of 100 fen."""
    live_listing.periods.update(live_from=timezone.now() - timedelta(days=100))
    take("community", *(touch(f"t{k}", live_listing, days_ago=k) for k in (3, 2, 1)))
    take("taobao_tmall", order("c1", live_listing))
    return live_listing


def touch(event_id: str, listing: Listing, *, days_ago: int, **more: Any) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "occurred_at": noon(days_ago),
        "user_id": "u1",
        "note_id": listing.note.external_id,
        "kind": "view",
        **more,
    }


def order(event_id: str, listing: Listing, **more: Any) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "occurred_at": noon(0),
        "user_id": "u1",
        "store_id": listing.product.store.external_id,
        "product_id": listing.product.external_id,
        "kind": "order",
        "value_fen": 100,
        **more,
    }


def attribute(first_on: date = LAST, last_on: date = LAST, **more: Any) -> dict[str, Any]:
    out = StringIO()
    options = [f"--{name}={value}" for name, value in more.items()]
    call_command(
        "attribute", f"--from={first_on}", f"--to={last_on}", "--json", *options, stdout=out
    )
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def credited(**of: Any) -> dict[str, Any]:
    current = ReportDay.objects.current().values("pk")
    facts = CreditFact.objects.filter(report_day_id__in=current, **of)
    return facts.aggregate(credit=Sum("credit_micro"), value=Sum("value_fen"))


def test_every_model_and_window_credits_the_whole_order(sold: Listing) -> None:
    attribute()
    for model, window_days in product(MODELS, WINDOWS):
        whole = {"credit": 1_000_000, "value": 100}
        assert credited(model=model, window_days=window_days) == whole


def test_touches_are_counted_once_on_the_day_they_happened(sold: Listing) -> None:
    attribute(LAST - timedelta(days=5), LAST)
    facts = TouchFact.objects.order_by("on").values_list("on", "listing_id", "touchpoints")
    assert list(facts) == [(LAST - timedelta(days=k), sold.pk, 1) for k in (3, 2, 1)]


def test_an_unmatched_conversion_is_counted_without_a_level(sold: Listing, take: Take) -> None:
    take("taobao_tmall", order("c2", sold, user_id="stranger", value_fen=7))
    attribute()
    facts = ConversionFact.objects.filter(window_days=15)
    assert set(facts.values_list("level", "conversions", "value_fen")) == {
        ("product", 1, 100),
        ("", 1, 7),
    }


def test_a_refund_takes_back_from_an_order_of_long_ago(live_listing: Listing, take: Take) -> None:
    live_listing.periods.update(live_from=timezone.now() - timedelta(days=200))
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
    run = runs.request_stale()
    assert run is not None
    assert run.job
    assert queue.run_now(run.job).state == JobState.DONE
    assert credited(model="linear", window_days=15)["value"] == 80
    old = CreditFact.objects.filter(report_day_id=first.pk, model="linear", window_days=15)
    assert old.aggregate(value=Sum("value_fen"))["value"] == 100
    first.refresh_from_db()
    assert first.superseded_at
    assert runs.request_stale() is None


def test_days_without_events_are_published_as_zero(sold: Listing) -> None:
    attribute(LAST - timedelta(days=40), LAST)
    assert ReportDay.objects.current().filter(merchant=sold.merchant).count() == 41


def test_a_merchants_run_leaves_the_others_alone(sold: Listing, rival: Merchant) -> None:
    attribute(merchant=sold.merchant.code)
    assert set(ReportDay.objects.values_list("merchant", flat=True)) == {sold.merchant_id}


def test_charlie_cannot_compute_alices_days(sold: Listing, charlie: User) -> None:
    with pytest.raises(PermissionDenied):
        runs.request(first_on=LAST, last_on=LAST, merchant=sold.merchant, by=charlie)


@pytest.mark.parametrize(
    ("days", "sentence"),
    [((1, 2), "on or after"), ((-9, -9), "future"), ((900, 0), "At most")],
)
def test_a_wrong_range_is_refused(db: None, days: tuple[int, int], sentence: str) -> None:
    first_on, last_on = (LAST - timedelta(days=k) for k in days)
    with pytest.raises(CommandError, match=sentence):
        attribute(first_on, last_on)
    assert not Run.objects.exists()
