"""The steps on the page of a boost: where it is on its way, whatever road it took."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from campaigns.boosts import decisions, spans
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.pages.boost import timeline
from campaigns.tests.conftest import RequestBoost
from portal import clock
from portal.accounts.models import User

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]

# The names of the steps in each status, the one the boost is at in brackets.
SHOWN = {
    BoostStatus.DRAFT: ["[Draft]", "In review", "Scheduled", "Running", "Completed"],
    BoostStatus.RETURNED: ["[Returned]", "In review", "Scheduled", "Running", "Completed"],
    BoostStatus.SUBMITTED: ["Draft", "[In review]", "Scheduled", "Running", "Completed"],
    BoostStatus.REJECTED: ["Draft", "[Rejected]", "Scheduled", "Running", "Completed"],
    BoostStatus.APPROVED: ["Draft", "In review", "[Approved]", "Running", "Completed"],
    BoostStatus.SCHEDULED: ["Draft", "In review", "[Scheduled]", "Running", "Completed"],
    BoostStatus.RUNNING: ["Draft", "In review", "Scheduled", "[Running]", "Completed"],
    BoostStatus.PAUSED: ["Draft", "In review", "Scheduled", "[Paused]", "Completed"],
    BoostStatus.COMPLETED: ["Draft", "In review", "Scheduled", "Running", "[Completed]"],
    BoostStatus.STOPPED: ["[Stopped]", "In review", "Scheduled", "Running", "Completed"],
}


def steps(page: str) -> list[str]:
    """What the steps of the page say, the current one in brackets."""
    items = re.findall(r'<li class="step-item[^>]*>.*?</li>', page, re.DOTALL)
    return [
        f"[{name}]" if 'aria-current="step"' in item else name
        for item in items
        for name in re.findall(r'step-label">(.*?)<', item)
    ]


@pytest.mark.parametrize("status", BoostStatus)
def test_the_page_shows_where_a_boost_is(
    status: BoostStatus, a_boost: RequestBoost, alice: User, client_of: ClientOf
) -> None:
    boost = a_boost()
    Boost.objects.update(status=status, submitted_at=clock.now())
    page = client_of(alice).get(boost.get_absolute_url()).content.decode()
    assert steps(page) == SHOWN[status]


def test_a_stopped_boost_is_at_the_step_where_it_was(
    money: None, a_boost: RequestBoost, alice: User, manager: User
) -> None:
    boost = boosts.submit(a_boost(starts_on=clock.today()), by=alice)
    boost = decisions.approve(boost, version=boost.version, by=manager)
    Boost.objects.update(status=BoostStatus.STOPPED)
    boost.refresh_from_db()
    assert [step.label for step in timeline.steps_of(boost) if step.is_current] == ["Stopped"]
    assert timeline.steps_of(boost)[2].is_current
    spans.begin(boost, clock.now())
    assert timeline.steps_of(boost)[3].is_current


def test_every_status_has_its_place_on_the_way() -> None:
    assert timeline.STEP_OF.keys() == set(BoostStatus)
