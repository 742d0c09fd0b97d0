"""Asking on a phone, in a real browser: three taps, in both languages."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from campaigns.boosts.models import Boost, BoostStatus
from campaigns.campaigns import verbs as campaigns
from campaigns.tests.conftest import a_note_of
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User
from tests.browser import DESKTOP, PHONE, PageOf, accessible, fits


@pytest.mark.parametrize(
    ("language", "submit"), [("en", "Submit for review"), ("zh-hans", "提交审核")]
)
def test_three_taps_on_a_phone(
    page_of: PageOf,
    alice: User,
    shop: Merchant,
    note: Note,
    money: None,
    language: str,
    submit: str,
) -> None:
    a_note_of(shop, "note-2")
    page = page_of(alice, language=language, width=PHONE)
    page.goto(reverse("campaigns:boost-quick", args=[shop.code]))
    accessible(page)
    fits(page)
    page.locator(f"input[name=note][value='{note.pk}']").check()
    page.locator("input[name=amount][value='7500']").check()
    page.get_by_role("button", name=submit).click()
    page.wait_for_url("**/boosts/*/")
    accessible(page)
    fits(page)
    boost = Boost.objects.get()
    assert (boost.status, boost.budget_fen, boost.hours) == (BoostStatus.SUBMITTED, 7_500, 24)


@pytest.mark.parametrize(
    ("language", "theme", "width"), [("en", "dark", PHONE), ("zh-hans", "light", DESKTOP)]
)
def test_campaigns_and_the_full_form_are_accessible_and_fit(
    page_of: PageOf, alice: User, shop: Merchant, note: Note, language: str, theme: str, width: int
) -> None:
    today = clock.today()
    said: dict[str, Any] = {
        "name": "618", "starts_on": today, "ends_on": today + timedelta(days=20),
        "target_kind": "gmv", "target_value": 10_000_000, "budget_fen": 500_000,
    }  # fmt: skip
    campaign = campaigns.open_one(shop, request_key=uuid4(), by=alice, **said)
    campaigns.put_in(campaign, note, by=alice)
    page = page_of(alice, language=language, theme=theme, width=width)
    new = reverse("campaigns:boost-new", args=[shop.code])
    for path in (
        reverse("campaigns:campaign-list", args=[shop.code]),
        campaign.get_absolute_url(),
        reverse("campaigns:campaign-edit", args=[shop.code, campaign.pk]),
        f"{new}?campaign={campaign.pk}",
    ):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        accessible(page)
        fits(page)
    page.locator("details:has(input[name=also]) summary").click()
    fits(page)
