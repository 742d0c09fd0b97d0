"""Funds: one for each code, however many ask for it at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund
from portal.accounts.models import User
from portal.refusals import Refusal

THREADS = 6


@pytest.mark.django_db(transaction=True)
def test_a_fund_asked_for_by_six_at_once_is_made_once_and_refused_five_times(admin: User) -> None:
    together = Barrier(THREADS)

    def create(number: int) -> Refusal | None:
        try:
            together.wait(timeout=30)
            funds.create("spring", name_zh="春季", name_en=f"Spring {number}", by=admin)
        except Refusal as refused:
            return refused
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(THREADS) as pool:
        refusals = [refused for refused in pool.map(create, range(THREADS)) if refused]
    assert Fund.objects.filter(code="spring").count() == 1
    assert [(refused.field, refused.message) for refused in refusals] == [
        ("code", "A fund has this code already.")
    ] * (THREADS - 1)
