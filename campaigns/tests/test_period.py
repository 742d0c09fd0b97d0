"""The days of a boost: first and last are two of them."""

import pytest

from campaigns.boosts.period import days_of, last_of
from campaigns.tests.conftest import TODAY


def test_one_day_begins_and_ends_on_itself() -> None:
    assert days_of(TODAY, TODAY) == 1
    assert last_of(TODAY, 1) == TODAY


@pytest.mark.parametrize("days", [1, 7, 90])
def test_a_period_of_so_many_days_has_that_many(days: int) -> None:
    assert days_of(TODAY, last_of(TODAY, days)) == days
