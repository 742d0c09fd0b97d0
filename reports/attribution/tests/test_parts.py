"""Runs in parts: days in groups, users in buckets, and all of them one computation."""

import errno
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from merchants.listings.models import Listing
from portal import clock
from portal.jobs import queue, taking
from portal.jobs.causes import Cause
from portal.jobs.models import Job, JobState
from portal.refusals import Refusal
from reports.attribution import buckets, computing, days, due, groups, news, parts, runs
from reports.attribution.code import code_version
from reports.attribution.content import Contents
from reports.attribution.drafts import Draft
from reports.attribution.groups import Bucket
from reports.attribution.models import ReportDay, Run
from reports.attribution.parts import Part, PartFacts, RunDay
from reports.attribution.tests import in_the_lake
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, attribute, credited, order
from reports.attribution.tests.told import Told, together
from reports.events.queries import Queries

FIRST = LAST - timedelta(days=9)
# Of the days of hostile worlds: few, since every day is some files.
BEGUN, ENDED = in_the_lake.FIRST + timedelta(days=13), in_the_lake.FIRST + timedelta(days=15)


def content(made: Told, versions: days.Versions, work_dir: Path, of: int) -> list[str]:
    """What the facts of each day say, computed in so many buckets and added up."""
    contents, files = Contents(), dict[str, list[str]]()
    for number in range(of):
        for table, rows in days.compute(
            BEGUN, ENDED, versions=versions,
            nouns=in_the_lake.nouns(made.world, made.closed), work_dir=work_dir,
            bucket=Bucket(number, of),
        ):  # fmt: skip
            if of == 1:
                contents.add(table, rows)
            else:
                path = work_dir / f"{number}-{len(files.get(table, []))}-{table}.parquet"
                path.write_bytes(computing.as_parquet(rows))
                files.setdefault(table, []).append(str(path))
    for table, rows in buckets.summed(files, work_dir=work_dir):
        contents.add(table, rows)
    return [contents.of((in_the_lake.MERCHANT, on)) for on in due.between(BEGUN, ENDED)]


def test_buckets_of_users_add_up_to_one_fingerprint(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over hostile worlds: refunds of another user's order, clicks of another user's, order numbers
    of several users, touches of nobody. The twins part what is not of one user."""
    settings.LAKE_URL = str(tmp_path / "lake")
    monkeypatch.setattr(days, "WINDOWS", (15,))
    made = together(in_the_lake.worlds(range(100, 150)))
    rows = [row for row in made.rows if clock.day_of(row.event.occurred_at) <= ENDED]
    versions = in_the_lake.bring_in(rows)
    whole = content(made, versions, tmp_path, 1)
    assert len(set(whole)) == 3
    assert content(made, versions, tmp_path, 2) == whole
    twins = [
        ("bucket/touches", "OR n.click_id IS NOT NULL", ""),
        ("bucket/conversions", "MD5(k.user_id)", "NULL"),
        ("bucket/after/conversions", "COALESCE(r.order_claim, c.conversion)", "c.conversion"),
    ]
    text = Queries.text
    for step, said, instead in twins:

        def changed(
            queries: Queries, name: str, *, twin: tuple[str, str, str] = (step, said, instead)
        ) -> str:
            sql = text(queries, name)
            return sql.replace(*twin[1:]) if name.endswith(twin[0]) else sql

        with monkeypatch.context() as twin_of:
            twin_of.setattr(Queries, "text", changed)
            assert content(made, versions, tmp_path, 2) != whole, step


def test_as_many_buckets_as_the_touches_need() -> None:
    assert [groups.buckets(rows, most=10) for rows in (0, 10, 11, 41, 10**9)] == [1, 1, 2, 8, 32]
    prefixes = [start for number in range(8) for start in Bucket(number, 8).prefixes]
    assert sorted(prefixes) == Bucket().prefixes
    assert len(Bucket().prefixes) == 256


@pytest.mark.django_db
@pytest.mark.parametrize(("most_days", "most_touches", "cut"), [(4, 10**8, 3), (4, 1, 9)])
def test_a_run_in_parts_finds_all_days_equal(
    sold: Listing,
    take: Take,
    monkeypatch: pytest.MonkeyPatch,
    most_days: int,
    most_touches: int,
    cut: int,
) -> None:
    take("taobao_tmall", order("c2", sold, user_id="u2", order_id="n1"))
    take("taobao_tmall", order("c3", sold, user_id="u3", order_id="n1"))
    take("taobao_tmall", order("r1", sold, user_id="u4", kind="refund", refund_of="c1"))
    attribute(FIRST, LAST)
    before = set(ReportDay.objects.current().values_list("pk", "content"))
    news.of_days({(sold.merchant_id, LAST)}, act="listing.live")
    monkeypatch.setattr(parts, "DAYS_PER_GROUP", most_days)
    monkeypatch.setattr(parts, "most_touches", lambda: most_touches)
    planned = watch(monkeypatch, parts, "plan")
    run = attribute(FIRST, LAST)["run"]
    assert [len(found) for found in planned] == [cut]
    assert set(ReportDay.objects.values_list("pk", "content")) == before
    assert set(ReportDay.objects.values_list("checked_by", flat=True)) == {run}
    assert credited(model="linear", window_days=15)["value"] == 0
    nothing_is_left()


def nothing_is_left() -> None:
    for model in (Part, PartFacts, RunDay, Draft):
        assert not model._default_manager.exists()


def watch(monkeypatch: pytest.MonkeyPatch, room: Any, name: str) -> list[Any]:
    """What a function of a room answers from now on, or None, call by call."""
    found: list[Any] = []
    meant = getattr(room, name)

    def watched(*args: Any, **kwargs: Any) -> Any:
        found.append(answer := meant(*args, **kwargs))
        return answer

    monkeypatch.setattr(room, name, watched)
    return found


def in_three_parts(monkeypatch: pytest.MonkeyPatch) -> Job:
    monkeypatch.setattr(parts, "DAYS_PER_GROUP", 4)
    run = runs.request(first_on=FIRST, last_on=LAST, by=None)
    assert run.job is not None
    return run.job


@pytest.mark.django_db
def test_what_another_worker_has_computed_is_not_computed_again(
    sold: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = in_three_parts(monkeypatch)
    all_parts = computing.all_parts

    def helped(claim: Any, run: Run) -> None:
        for part in run.parts.order_by("pk")[:2]:
            assert part.job is not None
            assert queue.run_now(part.job).state == JobState.DONE
        all_parts(claim, run)

    monkeypatch.setattr(computing, "all_parts", helped)
    computed = watch(monkeypatch, days, "compute")
    job = queue.run_now(job)
    assert (job.state, job.progress_done, job.progress_text) == (
        JobState.DONE, 3, "3 of 3 parts are computed",
    )  # fmt: skip
    assert len(computed) == 3
    assert credited(model="linear", window_days=15)["value"] == 100
    nothing_is_left()


@pytest.mark.django_db
def test_a_part_that_cannot_be_computed_ends_the_run_with_its_sentence(
    sold: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(Refusal):
        pass

    def refused(*_: Any, **__: Any) -> None:
        raise Broken("The moon is out of reach.")

    monkeypatch.setattr(days, "compute", refused)
    job = queue.run_now(in_three_parts(monkeypatch))
    assert (job.state, job.error) == (JobState.FAILED, "The moon is out of reach.")
    assert not ReportDay.objects.exists()
    left = Job.objects.open().first()
    assert left is not None
    parts.sweep()
    nothing_is_left()
    # Whoever takes one of the parts that are left writes nothing.
    assert queue.run_now(left).state == JobState.DONE
    nothing_is_left()


@pytest.mark.django_db
def test_a_run_whose_parts_wait_for_a_disk_waits_with_them(
    sold: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker is free for others meanwhile; then it goes on with what is left."""

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(days, "compute", full)
        job = queue.run_now(in_three_parts(monkeypatch))
    assert (job.state, job.cause, job.attempts) == (JobState.QUEUED, Cause.DISK, 0)
    of_parts = Job.objects.filter(part__run__job=job)
    assert set(of_parts.values_list("state", "cause")) == {(JobState.QUEUED, Cause.DISK)}
    of_parts.update(waits_until=None)
    assert queue.run_now(job).state == JobState.DONE
    assert credited(model="linear", window_days=15)["value"] == 100
    nothing_is_left()


@pytest.mark.django_db
@pytest.mark.parametrize("is_looked_for", [True, False])
def test_a_part_of_a_run_that_was_planned_anew_writes_nothing(
    sold: Listing, monkeypatch: pytest.MonkeyPatch, is_looked_for: bool
) -> None:
    """The twin: without a look at the part its days would be drafted beside the new ones."""
    claim = taking.take(in_three_parts(monkeypatch).pk)
    assert claim is not None
    run = Run.objects.get(job=claim.job_id)
    runs._plan(claim, run)
    part = run.parts.order_by("pk").first()
    assert part is not None
    assert part.job is not None
    compute = days.compute

    def meanwhile(*args: Any, **kwargs: Any) -> Any:
        runs._plan(claim, run)
        return compute(*args, **kwargs)

    monkeypatch.setattr(days, "compute", meanwhile)
    if not is_looked_for:
        monkeypatch.setattr(computing, "_writing", lambda claim, part: claim.writing())
    assert queue.run_now(part.job).state == JobState.DONE
    assert Draft.objects.exists() is not is_looked_for
    assert run.parts.filter(done_at=None).count() == 3


@pytest.mark.django_db
def test_parts_of_another_version_of_the_code_are_not_mixed(
    sold: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = in_three_parts(monkeypatch)
    claim = taking.take(job.pk)
    assert claim is not None
    run = Run.objects.get(job=job)
    runs._plan(claim, run)
    Part.objects.filter(pk=min(run.parts.values_list("pk", flat=True))).update(done_at=clock.now())
    Run.objects.update(code_version="of before")
    run.refresh_from_db()
    runs.work(claim, run)
    run.refresh_from_db()
    assert run.code_version == code_version()
    assert credited(model="linear", window_days=15)["value"] == 100
    assert ReportDay.objects.count() == 10
