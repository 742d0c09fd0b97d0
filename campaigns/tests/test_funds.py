"""Funds: one for each code, however many ask for it at once."""

from functools import partial

import pytest

from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund
from portal.accounts.models import User
from tests.racing import at_once

THREADS = 6


@pytest.mark.django_db(transaction=True)
def test_a_fund_asked_for_by_six_at_once_is_made_once_and_refused_five_times(admin: User) -> None:
    create = partial(funds.create, "spring", name_zh="春季", by=admin)
    made, refused = at_once(
        *(partial(create, name_en=f"Spring {number}") for number in range(THREADS))
    )
    assert Fund.objects.filter(code="spring").get() == made[0]
    assert [(refusal.field, refusal.message) for refusal in refused] == [
        ("code", "A fund has this code already.")
    ] * (THREADS - 1)
