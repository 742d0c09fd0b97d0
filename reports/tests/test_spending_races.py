"""A capture or a cost under way while an answer is given away: it is in it, or dated behind it."""

from typing import Any

import pytest

from campaigns.boosts.models import Boost
from campaigns.delivery.models import HourChange
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from reports.answers import giving
from reports.answers.question import By, Question
from reports.answers.spend import Spending
from reports.tests.factory import day
from reports.tests.spent import boost_of, delivered, paid
from tests.racing import one_after_the_other

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def boost(sunscreen: Listing) -> Boost:
    return boost_of(sunscreen.note)


def capture(boost: Boost) -> None:
    """As delivery does it: the boost is locked first, and the moment is taken behind the lock."""
    Boost.objects.select_for_update(no_key=True).get(pk=boost.pk)
    delivered(boost, day(1), 300)


def test_an_answer_waits_for_the_capture_under_way_and_has_it(shop: Merchant, boost: Boost) -> None:
    asked = Question(shop, day(2), day(1), by=By.BOOST)
    given = one_after_the_other(lambda: capture(boost), lambda: giving.given(asked))
    assert given.as_of is not None
    assert HourChange.objects.get().at <= given.as_of
    assert Spending(given, ()).total().spend("captured") == 300


def test_an_answer_waits_for_the_cost_that_is_being_recorded_and_has_it(
    shop: Merchant, sunscreen: Listing
) -> None:
    asked = Question(shop, day(2), day(1), by=By.NOTE)
    given = one_after_the_other(
        lambda: paid(sunscreen.note, day(1), 300), lambda: giving.given(asked)
    )
    assert given.as_of is not None
    assert Spending(given, ()).total().outside() == 300


def test_an_answer_that_did_not_wait_would_be_another_one_later(
    shop: Merchant, boost: Boost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr(giving, "wait_for_costs", lambda question: None)
    asked: Any = Question(shop, day(2), day(1), by=By.BOOST)
    for act in (lambda: capture(boost), lambda: paid(boost, day(1), 300)):
        with pytest.raises(AssertionError):
            one_after_the_other(act, lambda: giving.given(asked))
