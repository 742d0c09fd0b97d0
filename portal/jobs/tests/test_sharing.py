"""Whose turn it is: a team never holds all slots of a worker while others wait."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.accounts.models import Team
from portal.jobs import claims, taking
from portal.jobs.models import Job
from portal.jobs.taking import Worker
from tests.racing import at_once

pytestmark = pytest.mark.django_db
THREE = Worker("three", slots=3)

Ask = Callable[..., Job]


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
