"""The wallet says how to pay in, and a reference says whose a payment is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from merchants.companies.models import Merchant
from merchants.companies.references import number_of, reference_of
from portal.accounts.models import User

ClientOf = Callable[[User], Client]


def wallet(client: Client, merchant: Merchant) -> str:
    return client.get(reverse("campaigns:wallet-detail", args=[merchant.code])).content.decode()


def test_the_wallet_shows_the_account_and_the_merchants_own_reference(
    client_of: ClientOf, alice: User, shop: Merchant, settings: Any
) -> None:
    settings.PAY_IN_TO, settings.PAY_IN_BANK = "Notelink Ltd", "ICBC Shanghai"
    settings.PAY_IN_ACCOUNT = "6222 0000 1111"
    page = wallet(client_of(alice), shop)
    for said in ["Notelink Ltd", "ICBC Shanghai", "6222 0000 1111", shop.reference, "¥50,000.00"]:
        assert said in page
    assert "Manager books it on the working day after" in page


@pytest.mark.parametrize("missing", ["PAY_IN_TO", "PAY_IN_BANK", "PAY_IN_ACCOUNT"])
def test_without_the_whole_account_it_names_whom_to_ask(
    client_of: ClientOf, alice: User, manager: User, shop: Merchant, settings: Any, missing: str
) -> None:
    settings.PAY_IN_TO = settings.PAY_IN_BANK = settings.PAY_IN_ACCOUNT = "6222"
    setattr(settings, missing, "")
    page = wallet(client_of(alice), shop)
    assert "6222" not in page
    assert manager.email in page
    assert shop.reference in page
    Merchant.objects.update(account_manager=None)
    assert "assigns you a new account manager" in wallet(client_of(alice), shop)
    Merchant.objects.update(status="draft")
    assert "when your company is verified" in wallet(client_of(alice), shop)


def test_a_manager_who_left_is_not_named(
    client_of: ClientOf, alice: User, manager: User, shop: Merchant
) -> None:
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert manager.email not in wallet(client_of(alice), shop)


def test_the_manager_finds_the_merchant_by_the_reference_on_the_statement(
    client_of: ClientOf, manager: User, shop: Merchant, rival: Merchant
) -> None:
    form = client_of(manager).get(reverse("campaigns:payment-new")).content.decode()
    assert f"{shop.name} · {shop.reference}" in form
    for typed in [
        shop.reference,
        shop.reference.lower(),
        f" {shop.reference[:4]} {shop.reference[4:]}",
    ]:
        assert list(Merchant.objects.found_by(typed)) == [shop]


@given(st.integers(1, 9_999_999), st.data())
def test_a_slip_in_a_reference_is_nobodys(number: int, data: st.DataObject) -> None:
    reference = reference_of(number)
    assert number_of(reference) == number
    at = data.draw(st.sampled_from([i for i, each in enumerate(reference) if each.isdigit()]))
    other = data.draw(st.sampled_from([each for each in "0123456789" if each != reference[at]]))
    assert number_of(reference[:at] + other + reference[at + 1 :]) is None
