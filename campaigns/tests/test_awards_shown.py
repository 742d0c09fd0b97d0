"""What a boost's page says of its round: of the boost as it was handed in last, and no more."""

from collections.abc import Callable

import pytest
from django.test import Client

from campaigns.boosts import verbs as boosts
from campaigns.boosts.awards import Award, AwardStatus, Why
from campaigns.boosts.models import Boost
from campaigns.funds import rounds
from campaigns.funds.models import Fund, Round
from campaigns.tests.test_rounds import CUT, DAY, ask, at_the_cut, fund, fund_of, round_
from portal.accounts.models import User

__all__ = ["ask", "fund", "round_"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon", "money")]


def test_what_an_earlier_round_sent_back_is_not_said_of_what_is_handed_in_again(
    fund: Fund, round_: Round, ask: Callable[..., Boost], alice: User,
    admin: User, client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    mine, page = ask(10_000, budget_fen=30_000), client_of(alice)
    with fund_of(fund, 0):
        at_the_cut()
    mine.refresh_from_db()
    assert mine.status == "returned"
    free = "your own part is free again"
    assert free in page.get(mine.get_absolute_url()).content.decode()
    rounds.open_round(fund, cut_at=CUT + DAY, by=admin)
    boosts.submit(mine, by=alice)
    assert free not in page.get(mine.get_absolute_url()).content.decode()


def test_an_award_that_is_being_carried_out_promises_nothing(
    round_: Round, ask: Callable[..., Boost], alice: User, client_of: Callable[[User], Client]
) -> None:
    mine = ask(60_000)
    Award.objects.create(
        round=round_, boost=mine, submission=mine.submission, asked_fen=60_000, awarded_fen=0,
        why=Why.SHARED, status=AwardStatus.WAITING,
    )  # fmt: skip
    said = client_of(alice).get(mine.get_absolute_url()).content.decode()
    assert "It is being carried out" in said
    assert "is scheduled" not in said
    assert "is divided at" not in said
