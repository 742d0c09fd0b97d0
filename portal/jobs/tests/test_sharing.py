"""Whose turn it is: a team never holds all slots of a worker while others wait."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app

from portal.accounts.models import Team
from portal.jobs import claims, runner, slots, sweeper, taking
from portal.jobs.models import Job
from portal.jobs.taking import Worker
from tests.racing import at_once

pytestmark = pytest.mark.django_db
THREE = Worker("three", slots=3)
# No process can have this number.
GONE = 2**30

Ask = Callable[..., Job]


@pytest.fixture(autouse=True)
def own_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test tells of this process's slots is forgotten after it."""
    monkeypatch.setattr(slots, "_worker", [])


@pytest.fixture
def many() -> Team:
    return Team.objects.create()


@pytest.fixture
def few() -> Team:
    return Team.objects.create()


def taken(worker: Worker) -> list[int]:
    """The jobs that `worker` begins until it gets none."""
    found = []
    while claim := taking.take_next(worker):
        found.append(claim.job_id)
    return found


def test_a_team_leaves_a_slot_to_others(ask: Ask, many: Team, few: Team) -> None:
    first, second, third = (ask(team=many).pk for _ in range(3))
    assert taken(THREE) == [first, second]
    other = ask(team=few).pk
    assert taken(THREE) == [other]
    Job.objects.filter(pk=first).update(state="done")
    assert taken(THREE) == [third]


def test_who_has_one_job_is_next_however_many_two_others_have(ask: Ask, few: Team) -> None:
    for team in [Team.objects.create(), Team.objects.create()]:
        for _ in range(25):
            ask(team=team)
    held = [taking.take_next(THREE) for _ in range(THREE.slots)]
    small = ask(team=few).pk
    assert held[0]
    held[0].finish()
    claim = taking.take_next(THREE)
    assert claim
    assert claim.job_id == small


def test_without_its_share_a_team_takes_every_slot(
    ask: Ask, many: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [ask(team=many).pk for _ in range(3)]
    monkeypatch.setattr(Worker, "share", property(lambda worker: worker.slots))
    assert taken(THREE) == asked


def test_the_platform_shares_like_a_team(ask: Ask, few: Team) -> None:
    own = [ask().pk for _ in range(3)]
    assert taken(THREE) == own[:2]
    assert taken(THREE) == []
    other = ask(team=few).pk
    assert taken(THREE) == [other]


def test_on_one_slot_teams_have_their_turn_by_turns(ask: Ask, many: Team, few: Team) -> None:
    one = Worker("one", slots=1)
    early = [ask(team=many).pk for _ in range(3)]
    late = [ask(team=few).pk for _ in range(2)]
    order = []
    while claim := taking.take_next(one):
        order.append(claim.job_id)
        claim.finish()
    assert order == [early[0], late[0], early[1], late[1], early[2]]


def test_what_a_worker_of_an_earlier_start_held_is_no_slot_of_this_one(
    ask: Ask, many: Team
) -> None:
    asked = [ask(team=many).pk for _ in range(4)]
    assert taken(Worker("before", slots=3)) == asked[:2]
    assert taken(Worker("after", slots=3)) == asked[2:]


def test_a_job_that_waits_is_not_taken_before_its_time(ask: Ask) -> None:
    asked = ask()
    Job.objects.update(waits_until=claims.StatementTime() + timedelta(hours=1))
    assert taking.take_next(THREE) is None
    Job.objects.update(waits_until=claims.StatementTime() - timedelta(seconds=1))
    assert taken(THREE) == [asked.pk]


@pytest.mark.django_db(transaction=True)
def test_processes_that_look_at_once_keep_the_share(ask: Ask) -> None:
    team = Team.objects.create()
    for _ in range(6):
        ask(team=team)
    looks: list[Any] = [lambda: taking.take_next(THREE)] * 6
    claimed, _refused = at_once(*looks)
    assert sum(claim is not None for claim in claimed) == THREE.share


def gone(node: str) -> str:
    """The name that a worker of this machine had whose process has ended."""
    return f"{slots.name(node, GONE)}7"


def test_a_worker_that_starts_again_takes_up_what_it_held(ask: Ask, few: Team) -> None:
    own, other = ask(team=few), ask()
    assert set(taken(Worker(gone("celery@here"), slots=3))) == {own.pk, other.pk}
    elsewhere = ask(team=few)
    assert taken(Worker(gone("celery@here-too"), slots=3)) == [elsewhere.pk]
    alive = ask(team=few)
    assert taken(Worker(slots.name("celery@here", os.getppid()), slots=3)) == [alive.pk]
    slots.are("celery@here", 3)
    slots.go_on("celery@here")
    assert set(taken(slots.worker())) == {own.pk, other.pk}


def test_a_start_with_the_pid_of_the_one_before_is_another_worker(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container, where it is 1 each time."""
    asked, began = ask(), slots._began
    with monkeypatch.context() as earlier:
        earlier.setattr(slots, "_began", lambda pid: "7")
        slots.are("celery@here", 3)
        assert taken(slots.worker()) == [asked.pk]
    assert began(os.getpid()) != "7"
    slots.are("celery@here", 3)
    slots.go_on("celery@here")
    assert taken(slots.worker()) == [asked.pk]


@pytest.mark.parametrize("of", ["of-another-machine.{pid}.7", "{pid}"])
def test_what_another_machine_of_this_name_holds_is_left_to_its_lease(ask: Ask, of: str) -> None:
    """So is what a worker of an earlier version holds."""
    asked = ask()
    assert taken(Worker(f"celery@here:{of.format(pid=GONE)}", slots=3)) == [asked.pk]
    slots.are("celery@here", 3)
    slots.go_on("celery@here")
    assert taken(slots.worker()) == []


def messages() -> int:
    """How many wait in the broker."""
    with current_app.connection() as to_broker:
        channel: Any = to_broker.default_channel
        waiting = channel.queue_declare("celery", passive=False)
        return int(waiting.message_count)


def test_however_many_jobs_wait_a_sweep_sends_one_message(ask: Ask, broker: str) -> None:
    for _ in range(5):
        ask()
    Job.objects.update(lease_expires_at=claims.StatementTime() - timedelta(seconds=1))
    assert sweeper.sweep() == 5
    assert messages() == 1


def test_who_finds_one_of_several_jobs_wakes_another_worker_once(ask: Ask, broker: str) -> None:
    ask()
    runner.look(THREE)
    assert messages() == 0
    for _ in range(4):
        ask()
    runner.look(THREE)
    assert messages() == 1
