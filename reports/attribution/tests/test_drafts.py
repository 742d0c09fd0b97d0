"""Days whose facts are equal are not written again; what is written is shown in one step."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from django.db import connections

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.jobs import queue
from portal.jobs.models import Job, JobState
from reports.attribution import drafts, news, runs, swap
from reports.attribution.content import Contents
from reports.attribution.drafts import Draft
from reports.attribution.models import ConversionFact, CreditFact, ReportDay, Run, TouchFact
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, attribute, credited, order

pytestmark = pytest.mark.django_db
TODAY = clock.today()


def rows_of_facts() -> int:
    return sum(model._default_manager.count() for model in (CreditFact, ConversionFact, TouchFact))


def current() -> set[int]:
    return set(ReportDay.objects.current().values_list("pk", flat=True))


def test_days_whose_facts_are_equal_are_not_written_again(sold: Listing) -> None:
    attribute(LAST - timedelta(days=3), LAST)
    before, rows = current(), rows_of_facts()
    news.of_days({(sold.merchant_id, LAST)}, act="listing.live")
    again = attribute(LAST - timedelta(days=3), LAST)
    assert (current(), rows_of_facts(), ReportDay.objects.count()) == (before, rows, len(before))
    assert not ReportDay.objects.exclude(stale_at=None).exists()
    assert {day.checked_by_id for day in ReportDay.objects.all()} == {again["run"]}
    assert not Draft.objects.exists()


def test_a_day_that_changed_is_written_and_the_others_are_not(sold: Listing, take: Take) -> None:
    attribute(LAST - timedelta(days=3), LAST)
    before = current()
    take("taobao_tmall", order("c2", sold, value_fen=5))
    attribute(LAST - timedelta(days=3), LAST)
    assert ReportDay.objects.get(pk__in=current() - before).on == LAST
    assert credited(model="linear", window_days=15)["value"] == 105


def test_a_day_of_many_merchants_is_shown_in_portions(
    sold: Listing, rival: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "MERCHANTS_AT_ONCE", 1)
    run = attribute(LAST - timedelta(days=1), LAST)["run"]
    shown = ReportDay.objects.filter(run=run)
    assert shown.count() == 4
    assert len(set(shown.values_list("published_at", flat=True))) == 4
    assert not Draft.objects.exists()


def test_copies_of_a_day_that_is_not_over_are_replaced(sold: Listing, take: Take) -> None:
    for k in range(3):
        take("taobao_tmall", order(f"now{k}", sold, occurred_at=clock.now().isoformat()))
        attribute(TODAY, TODAY)
    day = ReportDay.objects.get(on=TODAY)
    facts = ConversionFact.objects.filter(on=TODAY, window_days=15)
    assert facts.filter(report_day_id=day.pk).exists()
    # Whoever reads the facts of the one before reads on.
    drafts.sweep()
    assert facts.exclude(report_day_id=day.pk).exists()
    with clock.at(clock.now() + drafts.KEPT):
        drafts.sweep()
    assert not facts.exclude(report_day_id=day.pk).exists()
    assert facts.filter(report_day_id=day.pk).exists()
    assert not Draft.objects.exists()


def test_a_copy_that_somebody_was_given_is_kept(sold: Listing, take: Take) -> None:
    take("taobao_tmall", order("now1", sold, occurred_at=clock.now().isoformat()))
    attribute(TODAY, TODAY)
    ahead = clock.now() + timedelta(minutes=5)
    ReportDay.objects.filter(on=TODAY).update(given_at=ahead)
    take("taobao_tmall", order("now2", sold, occurred_at=clock.now().isoformat()))
    attribute(TODAY, TODAY)
    old = ReportDay.objects.filter(on=TODAY).exclude(superseded_at=None).get()
    assert old.superseded_at is not None
    assert old.superseded_at > ahead


def test_a_run_that_ends_in_the_middle_is_done_again_and_doubles_nothing(
    sold: Listing, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_portion = swap.show_portion
    shown: list[date] = []

    def broken(run: Run, on: date, first: int, last: int) -> None:
        if len(shown) == 2:
            raise RuntimeError("killed")
        shown.append(on)
        show_portion(run, on, first, last)

    run = runs.request(first_on=LAST - timedelta(days=3), last_on=LAST, by=None)
    assert run.job is not None
    with monkeypatch.context() as breaking:
        breaking.setattr(swap, "show_portion", broken)
        queue.run_now(run.job)
    assert ReportDay.objects.count() == 2 * run_merchants()
    assert Draft.objects.filter(run=run).exists()
    run.refresh_from_db()
    assert run.published_at is None
    runs.work(claim_of(run.job), run)
    assert ReportDay.objects.count() == 4 * run_merchants()
    with clock.at(clock.now() + drafts.KEPT):
        drafts.sweep()
    shown_ids = current()
    for model in (CreditFact, ConversionFact, TouchFact):
        assert set(model._default_manager.values_list("report_day_id", flat=True)) <= shown_ids
    assert credited(model="linear", window_days=15)["value"] == 100


def run_merchants() -> int:
    return ReportDay.objects.values("merchant").distinct().count()


def claim_of(job: Job) -> Any:
    from portal.jobs.claims import Claim

    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    job.refresh_from_db()
    return Claim(job.pk, job.fence)


def test_a_run_that_saw_less_shows_nothing_over_one_that_saw_more(
    sold: Listing, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = swap.show

    def late(claim: Any, run: Run) -> None:
        monkeypatch.setattr(swap, "show", show)
        take("taobao_tmall", order("c2", sold, value_fen=7))
        attribute()
        show(claim, run)

    monkeypatch.setattr(swap, "show", late)
    attribute()
    assert credited(model="linear", window_days=15)["value"] == 107
    assert ReportDay.objects.filter(merchant=sold.merchant).count() == 1
    assert not ReportDay.objects.exclude(stale_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_facts_are_copied(
    sold: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: whoever copied with the turn taken would keep everybody waiting."""
    write, free = drafts.write, []

    def watched(*args: Any, holds: bool, **kwargs: Any) -> None:
        if holds:
            ReportDay.objects.take_turn()
        write(*args, **kwargs)
        free.append(is_free())

    for holds in (False, True):
        monkeypatch.setattr(
            drafts, "write", lambda *args, holds=holds, **kw: watched(*args, holds=holds, **kw)
        )
        attribute()
    assert free == [True, False]


def is_free() -> bool:
    """Whether somebody else could take the turn now."""
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('report days', 0))")
            return bool(cursor.fetchone()[0])
    finally:
        other.close()


def batch(**columns: Any) -> pa.RecordBatch:
    whose = {"merchant_id": [1, 1, 2], "on": pa.array([3, 3, 3], pa.date32())}
    return pa.RecordBatch.from_pydict({**whose, **columns})


def content(*batches: pa.RecordBatch, table: str = "credit") -> tuple[str, str]:
    contents = Contents()
    for rows in batches:
        contents.add(table, rows)
    from reports.attribution.days import EPOCH

    on = EPOCH + timedelta(days=3)
    return contents.of((1, on)), contents.of((2, on))


def plain(**changed: Any) -> pa.RecordBatch:
    return batch(**{"kind": ["a", "b", "a"], "fen": [1, None, -1], **changed})


def halves(rows: pa.RecordBatch) -> Iterable[pa.RecordBatch]:
    return rows.slice(0, 1), rows.slice(1)


def test_equal_facts_are_equal_however_they_come() -> None:
    same = content(plain())
    assert content(*halves(plain())) == same
    assert content(plain().take(pa.array([2, 1, 0]))) == same
    assert content(plain().select(["fen", "on", "kind", "merchant_id"])) == same
    wide = pa.array([Decimal(1), None, Decimal(-1)], pa.decimal128(38, 0))
    assert content(plain(fen=wide)) == same
    assert content(*halves(plain(fen=wide))) == same


def test_facts_of_one_day_are_the_same_beside_whatever_facts_of_another() -> None:
    words = [f"w{number}" for number in range(20)]
    alone = batch(kind=["w1", "w1", "w1"]).slice(0, 1)
    for word in words:
        together = batch(kind=["w1", word, word]).take(pa.array([0, 2]))
        assert content(together)[0] == content(alone)[0]


def test_facts_of_all_users_say_the_same_beside_samples() -> None:
    unknown = {
        "user_group": pa.array([None, None, None], pa.int8()),
        "sampling_ratio": pa.array([None, None, None], pa.decimal128(7, 6)),
    }
    assert content(plain(**unknown)) == content(plain())
    other = {name: column.take(pa.array([0, 0, 0])) for name, column in unknown.items()}
    other["user_group"] = pa.array([None, None, 3], pa.int8())
    beside = content(plain(**other))
    assert beside[0] == content(plain())[0]
    assert beside[1] != content(plain())[1]


def different() -> Iterator[pa.RecordBatch]:
    yield plain(kind=["a", "a", "a"])
    yield plain(fen=[1, 0, -1])
    yield plain(fen=[None, 1, -1])
    yield plain(kind=["a", None, "a"])
    yield plain(more=[1, 1, 1])
    yield plain(user_group=[None, 1, None])
    yield plain(sampling_ratio=pa.array([Decimal("0.5")] * 3, pa.decimal128(7, 6)))
    yield plain(sampling_ratio=pa.array([Decimal("0.25")] * 3, pa.decimal128(7, 6)))
    yield plain(fen=pa.array([Decimal(1 + 2**64), None, Decimal(-1)], pa.decimal128(38, 0)))
    yield plain().slice(0, 1)


def test_different_facts_are_different() -> None:
    found = [content(rows)[0] for rows in different()]
    assert len({*found, content(plain())[0], content(plain(), table="touch")[0]}) == len(found) + 2
    assert content(plain(), plain())[0] != content(plain())[0]


def test_what_facts_say_is_the_same_number_tomorrow() -> None:
    assert content(plain())[0] == "922d293299f7366f83e131c895a56bca"
    assert content()[0] == "0" * 32
