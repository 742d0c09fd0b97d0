"""How long a boost has waited in the queue, in words and as a lamp."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts.models import Boost, BoostStatus
from campaigns.tests.conftest import RequestBoost
from portal import clock
from portal.accounts.models import User

pytestmark = pytest.mark.django_db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("waited", "colour", "words"),
    [
        (timedelta(), "green", "under an hour"),
        (HOUR - MINUTE, "green", "under an hour"),
        (HOUR, "green", "1 hour"),
        (2 * HOUR - MINUTE, "green", "1 hour"),
        (18 * HOUR, "green", "18 hours"),
        (18 * HOUR + MINUTE, "yellow", "18 hours"),
        (24 * HOUR, "yellow", "24 hours"),
        (24 * HOUR + MINUTE, "red", "24 hours, late"),
        (48 * HOUR, "red", "48 hours, late"),
    ],
)
def test_the_lamp_is_yellow_at_three_quarters_of_the_time_and_red_after_it(
    a_boost: RequestBoost,
    manager: User,
    client_of: Callable[[User], Client],
    waited: timedelta,
    colour: str,
    words: str,
) -> None:
    a_boost()
    client, now = client_of(manager), clock.now()
    Boost.objects.update(status=BoostStatus.SUBMITTED, submitted_at=now - waited)
    with clock.at(now):
        page = client.get(reverse("review:review-list")).content.decode()
    assert f'<span class="badge bg-{colour}-lt">{words}</span>' in page
