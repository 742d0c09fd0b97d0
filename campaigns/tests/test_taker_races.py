"""Fifty who approve at once never pass a cap: neither of a merchant nor of its company."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from campaigns.boosts import decisions
from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import Boost, BoostStatus, Objective
from campaigns.funds import takers
from campaigns.funds.models import Fund, FundingSource, FundTaker
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import balance_of, put_on_sale
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.review.door import DecisionRefusal
from tests import racing
from tests.racing import at_once, one_after_the_other

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, GRANT_FEN, CAP_FEN = 50, 10_000, 65_000


def waiting(shop: Merchant, note: Note, fund: Fund, by: User) -> Boost:
    """A boost in review of which the fund pays all; nothing of it is anybody's cash."""
    key, today = uuid4(), clock.today()
    boost = Boost.objects.create(
        merchant=shop, note=note, external_id=f"b{key.hex}", objective=Objective.READS,
        budget_fen=GRANT_FEN, starts_on=today, ends_on=today + timedelta(days=1),
        status=BoostStatus.SUBMITTED, request_key=key, created_by=by, submission=1,
        submitted_at=clock.now(),
    )  # fmt: skip
    source = FundingSource(fund.source)
    FundingLine.objects.create(boost=boost, source=source, fund=fund, amount_fen=GRANT_FEN)
    return boost


@pytest.fixture
def asked(shop: Merchant, note: Note, fund: Fund, alice: User) -> Callable[[int], list[Boost]]:
    put_on_sale(note)
    return lambda count: [waiting(shop, note, fund, alice) for _ in range(count)]


def approve(boost: Boost, by: User) -> Boost:
    return decisions.approve(boost, version=boost.version, by=by)


@pytest.mark.parametrize("cap", ["merchant_cap_fen", "company_cap_fen"])
def test_of_fifty_approvals_at_once_those_that_fit_pass(
    cap: str, asked: Callable[[int], list[Boost]], fund: Fund, manager: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(racing, "CONNECTIONS", PEOPLE)
    # Whatever the terms say before: it is the count that holds.
    monkeypatch.setattr(decisions, "_require_funds", lambda boost: None)
    Fund.objects.filter(pk=fund.pk).update(**{cap: CAP_FEN})
    done, refused = at_once(*[partial(approve, boost, manager) for boost in asked(PEOPLE)])
    assert (len(done), len(refused)) == (CAP_FEN // GRANT_FEN, PEOPLE - CAP_FEN // GRANT_FEN)
    assert {type(one) for one in refused} == {DecisionRefusal}
    assert all("at most ¥50.00 more" in str(one) for one in refused)
    assert balance_of(fund.account) == 100_000 - 60_000
    assert verify().broken == []


def _read_then_written(fund: Fund, merchant: Merchant, amount_fen: int) -> None:
    """The way it is not done: what another has drawn meanwhile is not seen."""
    taken = sum(FundTaker.objects.filter(fund=fund).values_list("taken_fen", flat=True))
    if taken + amount_fen > GRANT_FEN:
        raise takers.CapReached("Too much.")


@pytest.mark.parametrize(("draw", "passes"), [(takers.draw, 1), (_read_then_written, 2)])
def test_a_cap_that_is_read_and_then_written_would_be_passed(
    draw: Any, passes: int, asked: Callable[[int], list[Boost]], fund: Fund, manager: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(takers, "draw", draw)
    monkeypatch.setattr(decisions, "_require_funds", lambda boost: None)
    Fund.objects.filter(pk=fund.pk).update(merchant_cap_fen=GRANT_FEN)
    first, second = asked(2)

    def try_second() -> int:
        try:
            approve(second, manager)
        except Refusal:
            return 1
        return 2

    assert one_after_the_other(lambda: approve(first, manager), try_second) == passes


def test_terms_stay_as_they_are_until_a_decision_that_rests_on_them_stands(
    asked: Callable[[int], list[Boost]], fund: Fund, admin: User, manager: User
) -> None:
    [boost] = asked(1)
    from campaigns.funds import verbs as funds

    terms: Any = {name: getattr(fund, name) for name in funds.TERMS} | {"merchant_cap_fen": 1}
    edited = one_after_the_other(
        lambda: approve(boost, manager), lambda: funds.edit(fund, by=admin, **terms)
    )
    assert edited.merchant_cap_fen == 1
    assert FundTaker.objects.get(kind="merchant").taken_fen == GRANT_FEN
