"""Wallet, deposits, funds and the review pages."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.funds.models import Fund
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import TRANSFER_LIMIT_FEN
from campaigns.tests.conftest import RequestBoost
from merchants.companies.models import Merchant
from portal import clock, words
from portal.accounts.models import User
from portal.ui.fields import YuanField

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
QUEUE = "review:review-list"


@pytest.fixture
def waiting(money: None, fund: Fund, a_boost: RequestBoost, alice: User) -> Boost:
    today = clock.today()
    boost = a_boost(starts_on=today, ends_on=today, budget_fen=20_000, fund=fund, grant_fen=5_000)
    return boosts.submit(boost, by=alice)


def test_the_wallet_shows_balance_holds_and_every_movement(
    client_of: ClientOf, alice: User, shop: Merchant, waiting: Boost
) -> None:
    page = client_of(alice).get(reverse("campaigns:wallet-detail", args=[shop.code]))
    body = page.content.decode()
    assert page.context["money"].free_fen == 485_000
    assert page.context["money"].held_fen == 15_000, "the fund pays at approval"
    for told in ("bank-1", waiting.note.title, "¥4,850.00", "−¥150.00"):
        assert told in body
    assert "Record a payment" not in body


def test_the_list_of_a_manager_and_the_wallets_tell_the_same_of_each_merchant(
    client_of: ClientOf,
    manager: User,
    alice: User,
    shop: Merchant,
    rival: Merchant,
    waiting: Boost,
    a_boost: RequestBoost,
) -> None:
    today = clock.today()
    boosts.submit(a_boost(starts_on=today, ends_on=today, budget_fen=10_000), by=alice)
    Merchant.objects.update(account_manager=manager)
    client = client_of(manager)
    listed = client.get(reverse("campaigns:merchant-list")).context["table"].rows
    told = {row.record: (row.record.free_fen, row.record.held_fen) for row in listed}
    assert told == {shop: (475_000, 25_000), rival: (0, 0)}
    for merchant in (shop, rival):
        wallet = client.get(reverse("campaigns:wallet-detail", args=[merchant.code]))
        money = wallet.context["money"]
        assert told[merchant] == (money.free_fen, money.held_fen)


def test_a_payment_is_recorded_once_and_told(
    client_of: ClientOf, manager: User, shop: Merchant
) -> None:
    url = reverse("campaigns:wallet-deposit", args=[shop.code])
    for _ in range(2):
        answer = client_of(manager).post(url, {"amount_fen": "12.34", "reference": "ICBC-1"})
        assert answer.status_code == 302
    assert ledger.wallet_of(shop).balance_fen == 1_234
    refused = client_of(manager).post(url, {"amount_fen": "99", "reference": "ICBC-1"})
    assert refused.status_code == 422
    assert "already used" in told_at(refused, "reference")


def test_a_payment_into_a_fund_is_refused_at_its_reference(
    client_of: ClientOf, admin: User, fund: Fund
) -> None:
    url = reverse("campaigns:fund-pay-in", args=[fund.pk])
    typed = {"amount_fen": "1000", "reference": "fund-1"}
    assert client_of(admin).post(url, typed).status_code == 302
    refused = client_of(admin).post(url, {**typed, "amount_fen": "1001"})
    assert refused.status_code == 422
    assert "already used" in told_at(refused, "reference")


@pytest.mark.parametrize("amount_fen", [0, -1, TRANSFER_LIMIT_FEN])
def test_an_amount_the_ledger_refuses_is_told_at_the_amount(
    client_of: ClientOf,
    manager: User,
    shop: Merchant,
    amount_fen: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The form says so first; without its own limits the ledger's sentence stands there."""
    monkeypatch.setattr(YuanField, "clean", lambda field, value: int(value))
    url = reverse("campaigns:wallet-deposit", args=[shop.code])
    refused = client_of(manager).post(url, {"amount_fen": amount_fen, "reference": "ICBC-1"})
    assert refused.status_code == 422
    assert "An amount is more than" in told_at(refused, "amount_fen")


def told_at(answer: Any, field: str) -> str:
    """What the page says below an input; nothing when it says it elsewhere."""
    page = answer.content.decode()
    found = re.search(rf'<input[^>]*id="id_{field}"[^>]*>(.*?)</div>\s*</div>', page, re.DOTALL)
    assert found, f"no input {field}"
    told = re.search(r'class="invalid-feedback">(.*?)</', found[1], re.DOTALL)
    return told[1] if told else ""


@pytest.mark.parametrize("amount", ["0", "-1", "1.005", "1" + "0" * 15, "much"])
def test_a_wrong_payment_is_refused(
    client_of: ClientOf, manager: User, shop: Merchant, amount: str
) -> None:
    url = reverse("campaigns:wallet-deposit", args=[shop.code])
    page = client_of(manager).post(url, {"amount_fen": amount, "reference": "x"})
    assert page.status_code == 422
    assert page.context["form"].errors["amount_fen"]


@pytest.mark.parametrize(
    ("amount_fen", "status"), [(TRANSFER_LIMIT_FEN - 1, 302), (TRANSFER_LIMIT_FEN, 422)]
)
def test_the_form_takes_what_the_ledger_moves_and_not_a_fen_more(
    client_of: ClientOf, manager: User, shop: Merchant, amount_fen: int, status: int
) -> None:
    url = reverse("campaigns:wallet-deposit", args=[shop.code])
    typed = {"amount_fen": words.in_yuan(amount_fen), "reference": "x"}
    assert client_of(manager).post(url, typed).status_code == status


def test_only_account_managers_record_payments(
    client_of: ClientOf, alice: User, bob: User, shop: Merchant
) -> None:
    deposit = reverse("campaigns:wallet-deposit", args=[shop.code])
    assert client_of(alice).get(deposit).status_code == 403
    wallet = reverse("campaigns:wallet-detail", args=[shop.code])
    assert client_of(bob).get(wallet).status_code == 403


def test_an_admin_opens_a_fund_and_pays_in(client_of: ClientOf, admin: User) -> None:
    typed = {"name_zh": "新商家", "name_en": "New", "code": "new", "source": "partner_grant"}
    answer = client_of(admin).post(reverse("campaigns:fund-new"), typed)
    made = Fund.objects.get()
    assert answer.headers["Location"] == reverse("campaigns:fund-pay-in", args=[made.pk])
    client_of(admin).post(answer.headers["Location"], {"amount_fen": "100", "reference": "r"})
    assert "¥100.00" in client_of(admin).get(reverse("campaigns:fund-list")).content.decode()
    again = client_of(admin).post(reverse("campaigns:fund-new"), typed)
    assert again.context["form"].errors["code"]


def test_the_queue_shows_the_longest_waiting_first_with_its_lamp(
    client_of: ClientOf, manager: User, waiting: Boost, a_boost: RequestBoost, alice: User
) -> None:
    today = clock.today()
    late = boosts.submit(a_boost(starts_on=today, ends_on=today), by=alice)
    Boost.objects.filter(pk=late.pk).update(submitted_at=clock.now() - timedelta(hours=30))
    page = client_of(manager).get(reverse(QUEUE))
    assert [row.record["number"] for row in page.context["table"].rows] == [late.pk, waiting.pk]
    assert "30 hours, late" in page.content.decode()


@pytest.mark.parametrize(
    ("decision", "status"),
    [
        ("approve", BoostStatus.SCHEDULED),
        ("send_back", BoostStatus.RETURNED),
        ("reject", BoostStatus.REJECTED),
    ],
)
def test_a_decision_is_taken_and_the_owner_is_told(
    client_of: ClientOf, manager: User, alice: User, waiting: Boost, decision: str, status: str
) -> None:
    url = reverse("review:review-detail", args=["boost", waiting.pk])
    typed = {
        "version": waiting.version,
        "decision": decision,
        "field": "days",
        "reason": "Because.",
    }
    assert client_of(manager).post(url, typed).headers["Location"] == reverse(QUEUE)
    waiting.refresh_from_db()
    assert waiting.status == status
    assert alice.notices.filter(url=waiting.get_absolute_url()).count() == 1
    assert client_of(manager).get(url).status_code == 200


def test_a_stale_or_unreasoned_decision_is_refused_and_kept(
    client_of: ClientOf, manager: User, alice: User, waiting: Boost
) -> None:
    url = reverse("review:review-detail", args=["boost", waiting.pk])
    empty = {"version": waiting.version, "decision": "reject", "reason": ""}
    assert client_of(manager).post(url, empty).context["form"].errors["reason"]
    boosts.submit(boosts.withdraw(waiting, by=alice), by=alice)
    page = client_of(manager).post(url, {**empty, "decision": "approve", "reason": "ok"})
    assert page.status_code == 422
    assert "changed since you opened it" in page.content.decode()


def test_boosts_are_not_decided_by_merchants_or_admins(
    client_of: ClientOf, alice: User, admin: User, waiting: Boost
) -> None:
    assert client_of(alice).get(reverse(QUEUE)).status_code == 403
    assert waiting.note.title not in client_of(admin).get(reverse(QUEUE)).content.decode()
    url = reverse("review:review-detail", args=["boost", waiting.pk])
    assert client_of(admin).get(url).status_code == 403


@pytest.mark.parametrize("name", ["wallet-detail", "fund-list"])
def test_lists_sort_by_every_column_and_export(
    client_of: ClientOf, manager: User, admin: User, shop: Merchant, waiting: Boost, name: str
) -> None:
    url = reverse(f"campaigns:{name}", args=[shop.code] if name == "wallet-detail" else [])
    person = client_of(admin if name == "fund-list" else manager)
    for column in person.get(url).context["table"].columns.names():
        assert person.get(url, {"sort": column}).status_code == 200
    assert person.get(url, {"export": "csv"}).status_code == 200
