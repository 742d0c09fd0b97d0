"""What a fund asks is asked by the form, at submission and at approval, and said in sentences."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts import decisions, lines
from campaigns.boosts import verbs as boosts
from campaigns.boosts.asked import PlanRefusal
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.funds import sizes
from campaigns.funds import verbs as funds
from campaigns.funds.models import DrawOrder, Fund
from campaigns.funds.verbs import Terms
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import NOON, TODAY, RequestBoost, balance_of
from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.openings.models import Programme
from portal import clock
from portal.accounts.models import AuditEntry, User
from portal.refusals import Outdated, Refusal
from portal.review.door import DecisionRefusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon", "money")]
DAY = timedelta(days=1)

# What is asked of ¥700 of which ¥300 are to be granted, the field it is about, and what is said.
NOT_MET: dict[str, tuple[Callable[[], dict[str, Any]], str, str]] = {
    "begins later": (lambda: {"starts_on": TODAY + DAY}, "fund", "pays from"),
    "over": (lambda: {"ends_on": TODAY - DAY}, "fund", "paid until"),
    "another programme": (
        lambda: {"programme": Programme.objects.get(code="red-cat")}, "note", "sell something of"
    ),
    "another category": (
        lambda: {"category": Category.objects.get(code="fashion")}, "note", "sell something of"
    ),
    "too large": (lambda: {"sold_below_fen": 7_000}, "fund", r"sell less than ¥70\.00"),
    "too old": (lambda: {"newer_than_days": 30}, "fund", "the last 30 days; yours is here since"),
    "own cash": (lambda: {"own_cash_percent": 60}, "grant", r"at least 60 % .*at most ¥280\.00"),
    "merchant’s cap": (lambda: {"merchant_cap_fen": 29_999}, "grant", r"at most ¥299\.99 more"),
    "company’s cap": (lambda: {"company_cap_fen": 29_999}, "grant", r"at most ¥299\.99 more"),
}  # fmt: skip
# The same terms, as far as they are met.
MET: dict[str, Callable[[], dict[str, Any]]] = {
    "days": lambda: {"starts_on": TODAY, "ends_on": TODAY},
    "category": lambda: {"category": Category.objects.get(code="beauty")},
    "size": lambda: {"sold_below_fen": 7_001},
    "age": lambda: {"newer_than_days": 31},
    "amounts": lambda: {
        "own_cash_percent": 57, "merchant_cap_fen": 30_000, "company_cap_fen": 30_000
    },
}  # fmt: skip


def terms_of(fund: Fund, **changed: Any) -> Terms:
    fund.refresh_from_db()
    return cast("Terms", {name: getattr(fund, name) for name in funds.TERMS} | changed)


@pytest.fixture
def change(fund: Fund, admin: User) -> Callable[..., Fund]:
    """`change(ends_on=...)` changes those terms of the fund."""

    def edit(**changed: Any) -> Fund:
        edited = funds.edit(fund, by=admin, **terms_of(fund, **changed))
        fund.refresh_from_db()
        return edited

    return edit


@pytest.fixture
def shop(shop: Merchant) -> Merchant:
    """Here since 30 days."""
    # Read within 30 days it is too old, within 31 it is not.
    Merchant.objects.filter(pk=shop.pk).update(created_at=NOON - 30 * DAY)
    shop.refresh_from_db()
    return shop


@pytest.fixture(autouse=True)
def sold(at_noon: None, shop: Merchant, monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """It has sold for ¥70 in 30 days, says who knows."""
    known = {shop.pk: 7_000}
    monkeypatch.setattr(sizes, "_TELLERS", [lambda merchants: known])
    return known


@pytest.fixture
def granted(a_boost: RequestBoost, fund: Fund) -> Boost:
    return a_boost(fund=fund, grant_fen=30_000)


@pytest.mark.parametrize("name", NOT_MET)
def test_what_is_not_met_is_refused_by_every_door_and_nothing_moves(
    name: str, change: Callable[..., Fund], granted: Boost, a_boost: RequestBoost, fund: Fund,
    alice: User, manager: User,
) -> None:  # fmt: skip
    terms, field, sentence = NOT_MET[name]
    waiting = boosts.submit(a_boost(fund=fund, grant_fen=30_000), by=alice)
    change(**terms())
    count = Boost.objects.count()
    doors: list[Callable[[], Boost]] = [
        lambda: a_boost(fund=fund, grant_fen=30_000),
        lambda: boosts.submit(granted, by=alice),
    ]
    for door in doors:
        with pytest.raises(PlanRefusal, match=sentence) as refused:
            door()
        assert refused.value.field == field
    with pytest.raises(DecisionRefusal, match=rf"{sentence}.*Send the boost back"):
        decisions.approve(waiting, version=waiting.version, by=manager)
    assert Boost.objects.count() == count
    assert balance_of(fund.account) == 100_000
    assert {boost.status for boost in Boost.objects.all()} == {"draft", "submitted"}


@pytest.mark.parametrize("name", MET)
def test_what_is_met_is_paid(
    name: str, change: Callable[..., Fund], granted: Boost, fund: Fund, alice: User, manager: User
) -> None:
    change(**MET[name]())
    boost = boosts.submit(granted, by=alice)
    assert decisions.approve(boost, version=boost.version, by=manager).status == "scheduled"
    assert balance_of(fund.account) == 70_000
    assert verify().broken == []


def test_a_size_that_nobody_knows_counts_as_small_and_is_said_to(
    change: Callable[..., Fund], granted: Boost, shop: Merchant, sold: dict[int, int],
    alice: User, client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    change(sold_below_fen=1)
    page = reverse("campaigns:boost-new", args=[shop.code])
    assert "sell less than ¥0.01 in 30 days" in client_of(alice).get(page).content.decode()
    sold.clear()
    read = client_of(alice).get(page).content.decode()
    assert "your size is unknown, and you count as small" in read
    assert boosts.submit(granted, by=alice).status == BoostStatus.SUBMITTED


def test_a_large_company_does_not_ask_through_its_smallest_merchant(
    change: Callable[..., Fund], granted: Boost, shop: Merchant, rival: Merchant,
    sold: dict[int, int], alice: User,
) -> None:  # fmt: skip
    change(sold_below_fen=7_001)
    sold[rival.pk] = 1
    assert boosts.submit(granted, by=alice).status == BoostStatus.SUBMITTED, "another company’s"
    boosts.withdraw(granted, by=alice)
    # The same organisation, registered by another office.
    Merchant.objects.filter(pk=rival.pk).update(credit_code=f"92{shop.credit_code[2:17]}X")
    with pytest.raises(PlanRefusal, match=r"sell less than ¥70\.01"):
        boosts.submit(granted, by=alice)


def test_the_form_offers_what_the_fund_lets_and_says_why_not(
    change: Callable[..., Fund], shop: Merchant, fund: Fund, alice: User,
    client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    client, page = client_of(alice), reverse("campaigns:boost-new", args=[shop.code])
    option = f'<option value="{fund.pk}">Spring fund'
    change(own_cash_percent=30, merchant_cap_fen=5_000)
    read = client.get(page).content.decode()
    assert option in read
    assert "you pay at least 30 %" in read
    assert "grants you at most ¥50.00 more" in read
    change(newer_than_days=30)
    read = client.get(page).content.decode()
    assert option not in read
    assert "“Spring fund” is for merchants of the last 30 days" in read
    answer = client.post(page, {"fund": fund.pk, "request_key": str(uuid4())})
    assert answer.context["form"].errors["fund"] == ["This fund pays no part of your boosts now."]
    change(newer_than_days=None, ends_on=TODAY - DAY)
    assert "Spring fund" not in client.get(page).content.decode(), "what is over is nobody’s news"


def test_a_fund_may_agree_to_pay_last_or_first(
    change: Callable[..., Fund], granted: Boost, fund: Fund, alice: User, manager: User
) -> None:
    change(draw_order=DrawOrder.LAST)
    boost = boosts.submit(granted, by=alice)
    decisions.approve(boost, version=boost.version, by=manager)
    assert [line.fund for line in lines.of(boost)] == [None, fund]


def test_terms_are_changed_with_an_entry_and_the_newest_is_shown_first(
    change: Callable[..., Fund], fund: Fund, admin: User
) -> None:
    edited = change(category=Category.objects.get(code="beauty"), ends_on=TODAY)
    entry = AuditEntry.objects.get(verb="fund.edited")
    assert entry.old["category"] is None
    assert (entry.new["category"], entry.new["ends_on"]) == ("beauty", TODAY.isoformat())
    with pytest.raises(Outdated):
        funds.edit(edited, by=admin, version="0", **terms_of(fund, ends_on=None))


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("ends_on", {"starts_on": TODAY, "ends_on": TODAY - DAY}),
        ("own_cash_percent", {"own_cash_percent": 100}),
        ("own_cash_percent", {"own_cash_percent": -1}),
        ("newer_than_days", {"newer_than_days": 0}),
        ("newer_than_days", {"newer_than_days": 40_000}),
        ("merchant_cap_fen", {"merchant_cap_fen": 0}),
        ("company_cap_fen", {"company_cap_fen": 2**63}),
        ("merchant_cap_fen", {"merchant_cap_fen": 2, "company_cap_fen": 1}),
        ("name_zh", {"name_zh": "  "}),
        ("draw_order", {"draw_order": "x"}),
    ],
)
def test_terms_that_cannot_be_are_refused_at_their_field(
    field: str, changed: dict[str, Any], change: Callable[..., Fund]
) -> None:
    with pytest.raises(Refusal) as refused:
        change(**changed)
    assert refused.value.field == field


def test_one_form_holds_nothing_of_a_fund_and_another_grant_passes(
    a_boost: RequestBoost, fund: Fund, alice: User, manager: User
) -> None:
    """M2: one form of one operator once held all of a fund with no cash of his own."""
    all_of_it = boosts.submit(a_boost(budget_fen=100_000, fund=fund, grant_fen=100_000), by=alice)
    assert balance_of(fund.account) == 100_000
    other = boosts.submit(a_boost(fund=fund, grant_fen=1_000), by=alice)
    decisions.approve(other, version=other.version, by=manager)
    assert balance_of(fund.account) == 99_000
    with pytest.raises(DecisionRefusal, match=r"It lacks ¥10\.00"):
        decisions.approve(all_of_it, version=all_of_it.version, by=manager)


def test_what_comes_back_may_be_had_again(
    change: Callable[..., Fund], a_boost: RequestBoost, fund: Fund, alice: User, manager: User
) -> None:
    change(merchant_cap_fen=30_000)
    week = {"starts_on": TODAY + DAY, "ends_on": TODAY + 7 * DAY, "fund": fund}
    first = boosts.submit(a_boost(grant_fen=30_000, **week), by=alice)
    decisions.approve(first, version=first.version, by=manager)
    with pytest.raises(PlanRefusal, match="You have had all"):
        a_boost(grant_fen=100, **week)
    with clock.at(NOON + timedelta(minutes=1)):
        boosts.stop(first, by=alice)
        again = boosts.submit(a_boost(grant_fen=30_000, **week), by=alice)
    assert decisions.approve(again, version=again.version, by=manager).status == "scheduled"
    assert verify().broken == []
