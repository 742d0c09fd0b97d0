"""Whose money there is, is for verified merchants to know: anybody can register one."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts import plans
from campaigns.boosts.models import Boost
from campaigns.funds.models import Fund
from campaigns.tests.conftest import RequestBoost
from merchants.companies.models import Merchant, MerchantStatus
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User
from portal.refusals import Refusal


@pytest.mark.parametrize("status", [one for one in MerchantStatus if one != "verified"])
def test_who_is_not_verified_finds_no_fund_and_draws_on_none(
    status: MerchantStatus,
    shop: Merchant,
    fund: Fund,
    note: Note,
    a_boost: RequestBoost,
    alice: User,
    client_of: Callable[[User], Client],
) -> None:
    client, page = client_of(alice), reverse("campaigns:boost-new", args=[shop.code])
    assert fund.name_en in client.get(page).content.decode()
    drafted = plans.plan_of(a_boost())
    Merchant.objects.filter(pk=shop.pk).update(status=status, submitted_at=clock.now())
    shop.refresh_from_db()
    read = client.get(page).content.decode()
    assert fund.name_en not in read
    assert "Funds pay a part once your company is verified." in read
    typed: dict[str, Any] = {
        "request_key": str(uuid4()), "note": note.pk, "budget": "700", "days": "7",
        "objective": "reads", "starts_on": clock.today().isoformat(), "grant": "100",
        "then": "save",
    }  # fmt: skip
    asked, absent = {**typed, "fund": fund.pk}, {**typed, "fund": 10**9}
    before = Boost.objects.count()
    told, of_none = (client.post(page, sent) for sent in (asked, absent))
    assert told.status_code == of_none.status_code == 422
    assert told.context["form"].errors == of_none.context["form"].errors
    with pytest.raises(Refusal, match="once your company is verified") as refused:
        plans.check(shop, {**drafted, "fund": fund, "grant_fen": 100}, at=clock.now())
    assert refused.value.field == "fund"
    assert Boost.objects.count() == before
