"""A job is run to its end once, whoever dies on the way."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from portal.accounts import teams
from portal.accounts.models import Membership, Role, User
from portal.jobs import claims, queue, runner, sweeper, taking
from portal.jobs.causes import Cause
from portal.jobs.models import Job, JobState
from portal.jobs.registry import KINDS, Claim, job
from portal.refusals import Refusal

pytestmark = pytest.mark.django_db


class Sulk(Refusal):
    pass


@pytest.fixture
def kinds() -> Iterator[dict[str, list[Any]]]:
    """Four kinds of work that note what happened to them."""
    seen: dict[str, list[Any]] = {"worked": [], "failed": []}

    @job("test.add", label="Adding", within=timedelta(minutes=1))
    def add(claim: Claim, *, left: int, right: int) -> None:
        claim.progress(1, 2, "half")
        with claim.writing():
            seen["worked"].append(left + right)
        claim.progress(2, 2)

    @job(
        "test.refuse",
        label="Refusing",
        within=timedelta(minutes=1),
        failed=lambda error, **args: seen["failed"].append(error),
    )
    def refuse(claim: Claim) -> None:
        raise Sulk("There is nothing in it.")

    @job(
        "test.break",
        label="Breaking",
        within=timedelta(minutes=1),
        failed=lambda error, **args: seen["failed"].append(error),
    )
    def break_(claim: Claim) -> None:
        raise ZeroDivisionError

    @job("test.speak", label="Speaking", within=timedelta(minutes=1))
    def speak(claim: Claim) -> None:
        raise Sulk(runner.gave_up())

    yield seen
    for kind in ("test.add", "test.refuse", "test.break", "test.speak"):
        del KINDS[kind]


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(
        lease_expires_at=claims.StatementTime() - timedelta(seconds=1)
    )


def test_a_job_is_done_once_however_often_it_is_looked_at(kinds: dict[str, list[Any]]) -> None:
    asked = queue.enqueue("test.add", args={"left": 2, "right": 3})
    for _ in range(3):
        ended = queue.run_now(asked)
    assert kinds["worked"] == [5]
    assert (ended.state, ended.progress_done, ended.attempts) == (JobState.DONE, 2, 0)


def test_a_job_is_open_until_it_has_ended() -> None:
    made = [Job.objects.create(kind="test.add", state=state) for state in JobState]
    still_open = set(Job.objects.open())
    assert {job.state for job in still_open} == {JobState.QUEUED, JobState.RUNNING}
    assert {job for job in made if job.is_open} == still_open


def test_a_refusal_ends_the_job_at_once_with_its_sentence(kinds: dict[str, list[Any]]) -> None:
    ended = queue.run_now(queue.enqueue("test.refuse", args={}))
    assert (ended.state, ended.attempts) == (JobState.FAILED, 0)
    assert ended.error == "There is nothing in it."
    assert kinds["failed"] == ["There is nothing in it."]


def test_broken_work_is_tried_five_times_and_then_ends_with_a_sentence(
    kinds: dict[str, list[Any]],
) -> None:
    asked = queue.enqueue("test.break", args={})
    for attempt in range(1, 5):
        assert queue.run_now(asked).attempts == attempt
    ended = queue.run_now(asked)
    assert ended.state == JobState.FAILED
    assert "ZeroDivisionError" not in ended.error
    assert kinds["failed"] == [runner.gave_up()]
    assert queue.run_now(asked).fence == 5


@pytest.mark.parametrize(
    ("language", "told_in"), [("zh-hans", "zh-hans"), ("en", "en"), ("", "en")]
)
def test_a_job_speaks_the_language_of_whoever_asked_for_it(
    language: str, told_in: str, kinds: dict[str, list[Any]], alice: User
) -> None:
    User.objects.filter(pk=alice.pk).update(language=language)
    with translation.override("en"):
        ended = queue.run_now(queue.enqueue("test.speak", args={}, by=alice))
        assert translation.get_language() == "en"
    with translation.override(told_in):
        assert ended.error == runner.gave_up()


def test_a_job_that_nobody_asked_for_speaks_the_language_it_is_run_in(
    kinds: dict[str, list[Any]],
) -> None:
    with translation.override("zh-hans"):
        assert queue.run_now(queue.enqueue("test.speak", args={})).error == runner.gave_up()


def test_only_one_of_two_workers_gets_the_job(kinds: dict[str, list[Any]]) -> None:
    asked = queue.enqueue("test.add", args={"left": 1, "right": 1})
    assert taking.take(asked.pk) is not None
    assert taking.take(asked.pk) is None


def test_a_worker_that_lost_its_lease_writes_nothing(kinds: dict[str, list[Any]]) -> None:
    asked = queue.enqueue("test.add", args={"left": 1, "right": 1})
    late = taking.take(asked.pk)
    expire(asked)
    new = taking.take(asked.pk)
    assert late is not None
    assert new is not None
    assert new.fence > late.fence
    with pytest.raises(claims.LeaseLost):
        late.progress(1, 1)
    with pytest.raises(claims.LeaseLost), late.writing():
        raise AssertionError("The body of a lost claim ran.")
    with pytest.raises(claims.LeaseLost):
        late.finish()
    new.finish()


def test_the_sweeper_queues_what_a_dead_worker_left(kinds: dict[str, list[Any]]) -> None:
    asked = queue.enqueue("test.add", args={"left": 1, "right": 1})
    assert sweeper.sweep() == 0
    taking.take(asked.pk)
    expire(asked)
    assert sweeper.sweep() == 1
    assert sweeper.sweep() == 0
    assert queue.run_now(asked).state == JobState.DONE


def test_a_job_whose_workers_are_killed_is_never_given_up(kinds: dict[str, list[Any]]) -> None:
    asked = queue.enqueue("test.add", args={"left": 1, "right": 1})
    for _ in range(3 * runner.MAX_ATTEMPTS):
        assert taking.take(asked.pk)
        expire(asked)
        sweeper.sweep()
    asked.refresh_from_db()
    assert (asked.state, asked.attempts, asked.cause) == (JobState.QUEUED, 0, Cause.STOPPED)
    assert asked.setbacks == 3 * runner.MAX_ATTEMPTS
    assert queue.run_now(asked).state == JobState.DONE


def test_a_broker_that_is_down_does_not_fail_the_request(
    kinds: dict[str, list[Any]], settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/broker.sock"
    with django_capture_on_commit_callbacks(execute=True):
        asked = queue.enqueue("test.add", args={"left": 1, "right": 1})
    expire(asked)
    assert sweeper.sweep() == 1


def test_a_long_call_keeps_its_lease(kinds: dict[str, list[Any]]) -> None:
    asked = queue.enqueue("test.add", args={"left": 1, "right": 1})
    claim = taking.take(asked.pk, lease=timedelta(seconds=1))
    assert claim is not None
    claim.beat()
    with connection.cursor() as cursor:
        cursor.execute("SELECT lease_expires_at - statement_timestamp() FROM jobs_job")
        assert cursor.fetchone()[0] > timedelta(seconds=1)


def test_whoever_has_left_the_team_finds_its_jobs_no_more(
    alice: User, bob: User, charlie: User, client_of: Any
) -> None:
    team = teams.create("Alice Beauty", owner=alice)
    membership = Membership.objects.create(team=team, user=bob, role=Role.OPERATOR)
    job = Job.objects.create(kind="any", team=team, created_by=bob)
    client, page = client_of(bob), job.get_absolute_url()
    assert client.get(page).status_code == 200
    assert client_of(charlie).get(page).status_code == 404
    teams.remove(membership, by=alice)
    assert client.get(page).status_code == 404
