"""What arrives closes slices when its sender calls it whole, and counts once."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from merchants.listings.models import Listing
from portal.jobs import queue
from reports.answers import caveat_words, coverage, giving
from reports.answers.day_states import DayState
from reports.answers.question import Question
from reports.attribution import due
from reports.attribution.tests.steps import LAST, attribute, noon, order, touch
from reports.sources import closing, own, receiving
from reports.sources.models import Batch, Source
from reports.sources.slices import ClosedBy, Slice
from reports.tests.sending import ORDERS
from reports.tests.whole_files import DAY, FIRST, Sent, everything, listed, sent, states

pytestmark = pytest.mark.django_db
__all__ = ["listed", "sent"]


def test_a_day_is_complete_once_both_sides_are_closed_and_computed(
    listed: Listing, sent: Sent
) -> None:
    shop = listed.merchant
    sent("community", touch("t1", listed, days_ago=1), touch("t0", listed, days_ago=0),
         whole=(FIRST, LAST))  # fmt: skip
    assert states(shop).not_arrived == [LAST]
    sent("taobao_tmall", order("c1", listed))
    attribute()
    shown = states(shop)
    assert shown.states[LAST].state == DayState.COLLECTING
    assert [one.stream.name for one in shown.states.missing] == [
        "Taobao and Tmall · Alice Beauty tmall"
    ]
    assert not shown.is_whole
    sent("taobao_tmall", order("c1", listed), whole=(LAST, LAST))
    shown = states(shop)
    assert shown.states[LAST].state == DayState.PROVISIONAL
    assert shown.states.percent == 100


def test_rows_are_counted_for_their_store_and_day_once(listed: Listing, sent: Sent) -> None:
    store = listed.product.store
    before = LAST - DAY
    batch = sent(
        "taobao_tmall",
        order("c1", listed),
        order("c2", listed),
        order("c3", listed, occurred_at=noon(1)),
        order("c4", listed, store_id="nobody's"),
    )
    closing.on_batch_committed(batch=batch, days={LAST, before})
    sent("taobao_tmall", order("c1", listed, value_fen=7), order("c5", listed))
    counted = {
        (one.store, one.on): one.received_rows
        for one in Slice.objects.select_related("store").order_by("pk")
    }
    assert counted == {
        (None, LAST): 4, (None, before): 1, (store, LAST): 3, (store, before): 1,
    }  # fmt: skip


def test_a_file_that_came_before_is_called_whole_by_sending_it_again(
    listed: Listing, sent: Sent
) -> None:
    sent("taobao_tmall", order("c1", listed))
    assert not Slice.objects.exclude(closed_at=None).exists()
    sent("taobao_tmall", order("c1", listed), whole=(LAST, LAST))
    closed = Slice.objects.exclude(closed_at=None).get()
    assert (closed.on, closed.closed_by, closed.missing_rows) == (LAST, ClosedBy.MANIFEST, 0)


def test_a_late_batch_in_a_closed_slice_keeps_it_closed(listed: Listing, sent: Sent) -> None:
    everything(sent, listed)
    sent("taobao_tmall", order("late", listed))
    assert states(listed.merchant).states[LAST].state == DayState.PROVISIONAL


def test_a_whole_file_with_a_quarantined_row_is_closed_with_one_missing(
    listed: Listing, sent: Sent
) -> None:
    everything(sent, listed)
    sent("taobao_tmall", order("c2", listed), order("c3", listed, kind="gift"), whole=(LAST, LAST))
    attribute()
    shown = states(listed.merchant)
    assert shown.states[LAST].state == DayState.PROVISIONAL
    assert (shown.states.missing_rows, shown.states.percent) == (1, 99)
    assert not shown.is_whole
    # Sent again without the fault, nothing is missing.
    sent("taobao_tmall", order("c2", listed), order("c3", listed), whole=(LAST, LAST))
    attribute()
    assert states(listed.merchant).is_whole


def test_fewer_rows_than_the_sender_says_the_period_has_are_missing_until_they_come(
    listed: Listing, sent: Sent
) -> None:
    everything(sent, listed)
    sent("taobao_tmall", order("c2", listed), whole=(LAST, LAST), period_rows=4)
    assert states(listed.merchant).states.missing_rows == 2
    sent("taobao_tmall", order("c3", listed))
    assert states(listed.merchant).states.missing_rows == 1
    sent("taobao_tmall", order("c4", listed))
    assert states(listed.merchant).states.missing_rows == 0


def test_what_was_missing_then_is_missing_as_of_then(listed: Listing, sent: Sent) -> None:
    everything(sent, listed)
    sent("taobao_tmall", order("c2", listed), whole=(LAST, LAST), period_rows=4)
    attribute()
    shop = listed.merchant
    first = giving.given(Question(shop, LAST, LAST))
    before = states_as_of(first)
    assert (before.missing_rows, before.percent) == (2, 99)
    sent("taobao_tmall", order("c3", listed), order("c4", listed))
    closing.pull_finished(
        Source.objects.get(code="taobao_tmall"), first_on=LAST, last_on=LAST,
        store=listed.product.store, expected_rows=9,
    )  # fmt: skip
    assert states(shop).states.missing_rows == 5
    again = states_as_of(first)
    assert (again.missing_rows, again.percent) == (2, 99)


def test_what_a_file_of_all_stores_lacks_is_counted_once_and_of_no_store(
    listed: Listing, sent: Sent
) -> None:
    """As of then, too, when another file has closed one of its days since."""
    everything(sent, listed)
    refused = [order(f"g{k}", listed, kind="gift") for k in range(3)]
    sent("taobao_tmall", order("c2", listed), *refused, whole=(LAST - 6 * DAY, LAST))
    attribute()
    shop = listed.merchant
    before = giving.given(Question(shop, LAST - 6 * DAY, LAST))
    shown = states(shop, LAST - 6 * DAY)
    assert shown.states.missing_rows == shown.states[LAST].missing_rows == 3
    [one] = shown.states.short
    assert (one.stream.name, len(one.days), one.rows) == ("Taobao and Tmall", 7, 3)
    said = [str(each) for each in caveat_words.short(shown)]
    assert "3 rows are missing among all its stores" in said[0]
    sent("taobao_tmall", order("c2", listed), whole=(LAST, LAST))
    then = states_as_of(before)
    assert [(len(one.days), one.rows) for one in then.short] == [(7, 3)]
    assert then.missing_rows == 3
    now = states(shop, LAST - 6 * DAY).states
    assert [(len(one.days), one.rows) for one in now.short] == [(6, 3)]


def states_as_of(question: Question) -> Any:
    return coverage.coverage(question).states


@pytest.mark.parametrize("content", ["", ORDERS])
def test_an_empty_file_of_a_whole_day_says_that_nothing_was_sold(
    listed: Listing, sent: Sent, tmp_path: Path, content: str
) -> None:
    sent("community", touch("t0", listed, days_ago=0), whole=(FIRST, LAST))
    path = tmp_path / "none.csv"
    path.write_text(content)
    whole = {"period": [str(LAST), str(LAST)], "is_whole": True, "rows": 0}
    for manifest, state in (({}, "failed"), (whole, "committed")):
        batch = receiving.receive(
            Source.objects.get(code="taobao_tmall"), path=path, file_name=path.name, by=None,
            manifest=manifest,
        )  # fmt: skip
        assert batch.job
        queue.run_now(batch.job)
        batch.refresh_from_db()
        assert (batch.state, batch.sent) == (state, 0)
    attribute()
    shown = states(listed.merchant)
    assert shown.states[LAST].state == DayState.PROVISIONAL
    assert shown.is_whole


def test_a_finished_pull_closes_what_it_pulled(listed: Listing, sent: Sent) -> None:
    store = listed.product.store
    sent("community", touch("t0", listed, days_ago=0), whole=(FIRST, LAST))
    sent("taobao_tmall", order("c1", listed))
    source = Source.objects.get(code="taobao_tmall")
    closing.pull_finished(source, first_on=LAST, last_on=LAST, store=store, expected_rows=2)
    closed = Slice.objects.get(source=source, store=store, on=LAST)
    assert (closed.closed_by, closed.received_rows, closed.expected_rows) == (ClosedBy.PULL, 1, 2)
    shown = states(listed.merchant)
    assert shown.states[LAST].state == DayState.PROVISIONAL
    assert (shown.states.missing_rows, shown.states.is_complete) == (1, False)


def test_batches_of_before_slices_were_kept_are_counted_once(listed: Listing, sent: Sent) -> None:
    everything(sent, listed)
    kept = list(Slice.objects.order_by("source", "store", "on").values_list(
        "source", "store", "on", "received_rows", "closed_by"
    ))  # fmt: skip
    Slice.objects.all().delete()
    Batch.objects.update(in_slices_at=None)
    assert closing.count_again() == 2
    assert closing.count_again() == 0
    again = Slice.objects.order_by("source", "store", "on")
    assert kept == list(again.values_list("source", "store", "on", "received_rows", "closed_by"))


def test_what_a_merchant_says_himself_is_shown_and_closes_nothing_that_others_owe(
    listed: Listing, sent: Sent, tmp_path: Path
) -> None:
    shop = listed.merchant
    sent("community", touch("t0", listed, days_ago=0), whole=(FIRST, LAST))
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps(order("c1", listed)) + "\n")
    batch = receiving.receive(
        own.source_of(shop, "taobao_tmall"), path=path, file_name="own.jsonl", by=None,
        merchant=shop, manifest={"period": [str(LAST), str(LAST)], "is_whole": True},
    )  # fmt: skip
    assert batch.job
    assert queue.run_now(batch.job).error == ""
    attribute()
    shown = states(shop)
    assert shown.states[LAST].state == DayState.COLLECTING
    assert [one.stream.source.code for one in shown.states.missing] == ["taobao_tmall"]
    assert not shown.is_whole


def test_a_day_of_which_nothing_came_is_computed_once_its_sender_has_closed_it(
    listed: Listing, sent: Sent
) -> None:
    shop = listed.merchant
    sent("taobao_tmall", order("c1", listed))
    assert due.pairs(FIRST, LAST) == {(shop.pk, LAST)}
    sent("taobao_tmall", order("c2", listed), whole=(LAST - 3 * DAY, LAST))
    assert due.pairs(FIRST, LAST) == {(shop.pk, LAST - k * DAY) for k in range(4)}
    assert due.pairs(LAST - DAY, LAST - DAY) == {(shop.pk, LAST - DAY)}
    attribute(LAST - 3 * DAY, LAST)
    assert due.pairs(FIRST, LAST) == set()


def test_a_day_before_the_first_live_listing_is_not_computed_by_a_closing(
    listed: Listing, sent: Sent
) -> None:
    sent("community", touch("t1", listed, days_ago=15), whole=(FIRST - 20 * DAY, FIRST))
    assert {on for _merchant, on in due.pairs(date.min, FIRST)} == {FIRST - DAY, FIRST}
