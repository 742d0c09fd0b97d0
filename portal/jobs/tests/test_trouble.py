"""Who asked hears how work in trouble ended, and the operators see it and may act."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy

from portal.accounts import teams
from portal.accounts.models import AuditEntry, Membership, Role, Team, User
from portal.jobs import keeping, naming, queue, runner, verbs
from portal.jobs.causes import ADVICE, ADVICE_AFTERWARDS, Cause
from portal.jobs.claims import OverTime, StatementTime
from portal.jobs.models import DAYS_SHOWN, Job, JobState
from portal.jobs.registry import KINDS, Claim, job
from portal.notices.models import Notice
from portal.refusals import Refusal

pytestmark = pytest.mark.django_db
KIND = "test.trouble"
RAISED: dict[str, Exception] = {
    "disk": OSError(errno.ENOSPC, "full"),
    "wrong": Refusal("There are no sheep."),
    "broken": KeyError("sheep"),
    "done after all": KeyError("sheep"),
}
ClientOf = Callable[[User], Client]


@pytest.fixture
def told() -> Iterator[list[tuple[str, bool]]]:
    """A kind of work that raises what it is given; what its subject was told when it failed."""
    said: list[tuple[str, bool]] = []

    def failed(error: str, *, refused: bool, breaks: str) -> bool:
        said.append((error, refused))
        return breaks == "done after all"

    @job(KIND, label="Counting sheep", within=timedelta(minutes=1), failed=failed)
    def work(claim: Claim, *, breaks: str) -> None:
        raise claim.end(OverTime()) if breaks == "late" else RAISED[breaks]

    yield said
    del KINDS[KIND]


@pytest.fixture
def sheep(alice: User) -> Team:
    return teams.create("Alice Beauty", owner=alice)


def asked(team: Team, breaks: str, by: User | None, **values: Any) -> Job:
    return queue.enqueue(KIND, args={"breaks": breaks}, team=team, by=by, **values)


def notices(user: User) -> list[str]:
    return [str(notice) for notice in Notice.objects.filter(user=user)]


def test_whoever_asked_is_told_of_work_over_its_time_and_what_to_do(
    told: list[Any], sheep: Team, alice: User, client_of: ClientOf
) -> None:
    ended = queue.run_now(asked(sheep, "late", alice))
    assert (ended.state, ended.cause) == (JobState.FAILED, Cause.OVER_TIME)
    (notice,) = notices(alice)
    assert "Counting sheep" in notice
    assert "Try again with less at once" in notice
    assert "Try again with less at once" in client_of(alice).get(ended.get_absolute_url()).text
    assert told == [(ended.error, False)]


def test_work_that_broke_every_time_is_told_once(told: list[Any], sheep: Team, alice: User) -> None:
    broken = asked(sheep, "broken", alice)
    for _ in range(runner.MAX_ATTEMPTS):
        queue.run_now(broken)
    assert [runner.gave_up() in notice for notice in notices(alice)] == [True]


def test_work_that_turns_out_to_be_done_is_done_and_nobody_is_told_otherwise(
    told: list[Any], sheep: Team, alice: User, admin: User, client_of: ClientOf
) -> None:
    ending, given_up = (asked(sheep, "done after all", alice) for _ in range(2))
    for _ in range(runner.MAX_ATTEMPTS):
        ending = queue.run_now(ending)
    queue.run_now(given_up)
    page = reverse("jobs:job-give-up", args=[given_up.pk])
    after = client_of(admin).post(page, {"reason": "No sheep."}, follow=True).text
    assert "nothing is given up" in after
    given_up.refresh_from_db()
    for each in (ending, given_up):
        assert (each.state, each.error, each.cause) == (JobState.DONE, "", "")
    assert len(told) == 2
    assert notices(alice) == []
    assert not AuditEntry.objects.filter(verb__startswith="job.").exists()


def test_a_refusal_is_no_trouble(told: list[Any], sheep: Team, alice: User) -> None:
    """But whoever asked and left is told what is wrong with what he asked."""
    ended = queue.run_now(asked(sheep, "wrong", alice))
    assert (ended.state, ended.cause) == (JobState.FAILED, "")
    assert told == [("There are no sheep.", True)]
    assert ["There are no sheep." in notice for notice in notices(alice)] == [True]
    assert not Job.objects.with_trouble().exists()


def test_who_has_left_meanwhile_is_told_nothing(
    told: list[Any], sheep: Team, alice: User, bob: User
) -> None:
    membership = Membership.objects.create(team=sheep, user=bob, role=Role.OPERATOR)
    late = asked(sheep, "late", bob)
    teams.remove(membership, by=alice)
    told_before = notices(bob)
    queue.run_now(late)
    assert notices(bob) == told_before


def test_the_operators_see_whose_work_waits_why_and_what_to_do(
    told: list[Any], sheep: Team, alice: User, admin: User, client_of: ClientOf
) -> None:
    waiting = queue.run_now(asked(sheep, "disk", alice))
    client = client_of(admin)
    for page in (reverse("jobs:job-list"), waiting.get_absolute_url()):
        shown = client.get(page).text
        for words in ("Counting sheep", "Alice Beauty", waiting.get_cause_display(), "Make room"):
            assert words in shown
    assert (
        list(client.get(reverse("jobs:job-list"), {"cause": "memory"}).context["table"].data) == []
    )
    assert "Make room" not in client_of(alice).get(waiting.get_absolute_url()).text


def test_a_try_asked_for_is_made_before_the_wait_is_over(
    told: list[Any], sheep: Team, alice: User, admin: User
) -> None:
    waiting = queue.run_now(asked(sheep, "broken", alice))
    assert not Job.objects.due().exists()
    verbs.try_again(waiting, by=admin)
    assert Job.objects.due().get() == waiting
    assert AuditEntry.objects.filter(verb="job.tried_again", actor=admin).exists()


def test_what_is_given_up_is_told_with_the_reason(
    told: list[Any], sheep: Team, alice: User, admin: User, client_of: ClientOf
) -> None:
    waiting = queue.run_now(asked(sheep, "disk", alice))
    page = reverse("jobs:job-give-up", args=[waiting.pk])
    assert client_of(admin).post(page, {"reason": " "}).status_code == 422
    assert client_of(admin).post(page, {"reason": "No sheep today."}).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.waits_until) == (JobState.FAILED, None)
    assert ["No sheep today." in notice for notice in notices(alice)] == [True]
    assert told == [(waiting.error, False)]
    assert AuditEntry.objects.get(verb="job.given_up").reason == "No sheep today."


@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.DONE, JobState.FAILED])
def test_nobody_acts_upon_work_that_runs_or_has_ended(
    state: str, told: list[Any], sheep: Team, alice: User, admin: User
) -> None:
    waiting = queue.run_now(asked(sheep, "disk", alice))
    Job.objects.update(state=state)
    with pytest.raises(Refusal):
        verbs.try_again(waiting, by=admin)
    with pytest.raises(Refusal):
        verbs.give_up(waiting, reason="No sheep.", by=admin)


@pytest.mark.parametrize("keeps_trying", [True, False])
def test_the_portals_own_work_is_not_given_up_but_tried(
    keeps_trying: bool, told: list[Any], sheep: Team, admin: User, client_of: ClientOf
) -> None:
    """Either nobody would ask for it again, or the portal does, by itself."""
    by = admin if keeps_trying else None
    own = queue.run_now(asked(sheep, "disk", by, keeps_trying=keeps_trying))
    with pytest.raises(Refusal):
        verbs.give_up(own, reason="No sheep.", by=admin)
    assert reverse("jobs:job-give-up", args=[own.pk]) not in offered(own, client_of(admin))
    assert verbs.try_again(own, by=admin) == own


def offered(job: Job, client: Client) -> str:
    return client.get(job.get_absolute_url()).text


def test_who_asked_is_told_in_his_language_whoever_gives_up_and_wherever(
    told: list[Any], sheep: Team, alice: User, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(naming.LABELS, KIND, gettext_lazy("Sending notices by mail"))
    User.objects.filter(pk=alice.pk).update(language="zh-hans")
    alice.refresh_from_db()

    @contextmanager
    def kept(*args: Any, give_up: Callable[[], None], **values: Any) -> Iterator[None]:
        """As the thread beside the work does when its process has to be killed."""
        with translation.override(None):
            give_up()
        yield

    verbs.give_up(queue.run_now(asked(sheep, "disk", alice)), reason="No sheep.", by=admin)
    monkeypatch.setattr(keeping, "kept", kept)
    queue.run_now(asked(sheep, "late", alice))
    with translation.override("zh-hans"):
        name, late = str(naming.of(KIND)), runner.took_too_long(KINDS[KIND].within)
        assert name != "Sending notices by mail"
        given_up, over_time = sorted(notices(alice), key=lambda notice: late in notice)
        assert (name in given_up, name in over_time, late in over_time) == (True, True, True)
        labels = AuditEntry.objects.filter(verb__startswith="job.").values_list("label", flat=True)
        assert [name in label for label in labels] == [True, True]


def test_work_of_a_kind_that_is_no_more_ends_and_can_be_given_up(
    told: list[Any], sheep: Team, alice: User, admin: User
) -> None:
    ending, given_up = (asked(sheep, "disk", alice) for _ in range(2))
    Job.objects.update(kind="test.of_an_earlier_version")
    for _ in range(runner.MAX_ATTEMPTS):
        ending = queue.run_now(ending)
    assert (ending.state, ending.cause) == (JobState.FAILED, Cause.BROKEN)
    verbs.give_up(queue.run_now(given_up), reason="No sheep.", by=admin)
    assert sorted("No sheep." in notice for notice in notices(alice)) == [False, True]


def test_members_and_managers_may_do_neither(
    told: list[Any], sheep: Team, alice: User, manager: User
) -> None:
    waiting = queue.run_now(asked(sheep, "disk", alice))
    for person in (alice, manager):
        with pytest.raises(PermissionDenied):
            verbs.try_again(waiting, by=person)
        with pytest.raises(PermissionDenied):
            verbs.give_up(waiting, reason="No sheep.", by=person)


def test_every_cause_has_its_advice_while_work_waits_and_afterwards() -> None:
    assert set(ADVICE) == set(ADVICE_AFTERWARDS) == set(Cause)


def test_nobody_is_told_to_try_what_has_ended_and_in_time_it_leaves_the_list(
    told: list[Any], sheep: Team, alice: User
) -> None:
    broken = asked(sheep, "broken", alice)
    for _ in range(runner.MAX_ATTEMPTS):
        ended = queue.run_now(broken)
    assert ended.advice == str(ADVICE_AFTERWARDS[Cause.BROKEN])
    assert list(Job.objects.with_trouble()) == [ended]
    Job.objects.update(finished_at=StatementTime() - timedelta(days=DAYS_SHOWN))
    assert not Job.objects.with_trouble().exists()
    Job.objects.update(state=JobState.QUEUED)
    assert list(Job.objects.with_trouble()) == [ended]
