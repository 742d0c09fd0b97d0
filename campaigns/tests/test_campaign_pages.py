"""The merchant's pages of campaigns."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts.models import Boost
from campaigns.campaigns import progress
from campaigns.campaigns.models import Campaign
from campaigns.campaigns.progress import Progress
from campaigns.delivery.models import SpendDay
from campaigns.tests.conftest import RequestBoost
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def typed() -> dict[str, Any]:
    """What Alice types of a campaign of three weeks."""
    return {
        "request_key": str(uuid4()),
        "name": "618",
        "starts_on": clock.today().isoformat(),
        "ends_on": (clock.today() + timedelta(days=20)).isoformat(),
        "target_kind": "orders",
        "target": "1,000",
        "budget": "5000",
    }


@pytest.fixture
def campaign(client_of: ClientOf, alice: User, shop: Merchant, typed: dict[str, Any]) -> Campaign:
    client_of(alice).post(at("new", shop), typed)
    return Campaign.objects.get()


def at(page: str, shop: Merchant, *args: int) -> str:
    return reverse(f"campaigns:campaign-{page}", args=[shop.code, *args])


def read(client: Client, campaign: Campaign, language: str = "en") -> str:
    headers = {"Accept-Language": language}
    page = client.get(campaign.get_absolute_url(), headers=headers)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_a_form_sent_twice_opens_one_campaign(
    client_of: ClientOf, alice: User, shop: Merchant, typed: dict[str, Any]
) -> None:
    first, second = (client_of(alice).post(at("new", shop), typed) for _ in range(2))
    made = Campaign.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == made.get_absolute_url()
    assert (made.target_value, made.budget_fen) == (1_000, 500_000)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"target": "10.5"}, "target"),
        ({"target": ""}, "target"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    client_of: ClientOf, alice: User, shop: Merchant, typed: dict[str, Any],
    wrong: dict[str, str], field: str,
) -> None:  # fmt: skip
    page = client_of(alice).post(at("new", shop), {**typed, **wrong})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert page.context["form"]["name"].value() == "618"


def test_a_target_of_gmv_is_typed_in_yuan(
    client_of: ClientOf, alice: User, shop: Merchant, typed: dict[str, Any]
) -> None:
    typed = {**typed, "target_kind": "gmv", "target": "10.50"}
    client_of(alice).post(at("new", shop), typed)
    made = Campaign.objects.get()
    assert made.target_value == 1_050
    page = client_of(alice).get(at("edit", shop, made.pk))
    assert page.context["form"]["target"].value() == Decimal("10.50")


def test_the_page_sums_what_its_boosts_cost(
    client_of: ClientOf, alice: User, campaign: Campaign, a_boost: RequestBoost
) -> None:
    a_boost()
    for share in (1, 2):
        boost = a_boost(campaign=campaign)
        Boost.objects.filter(pk=boost.pk).update(held_fen=50_000, captured_fen=share * 10_000)
        SpendDay.objects.create(
            merchant=boost.merchant, boost=boost, on=clock.today(), impressions=share * 1_000,
            clicks=share, captured_fen=share * 10_000, refused_fen=0, cash_fen=share * 10_000,
            platform_fen=0, partner_fen=0,
        )  # fmt: skip
    page = read(client_of(alice), campaign)
    # Spent, set aside and not spent, shown, clicked.
    for said in ("¥300.00", "¥700.00", "3,000", "of ¥5,000.00 planned"):
        assert said in page
    listed = client_of(alice).get(at("list", campaign.merchant), {"export": "csv"})
    told = b"".join(listed.streaming_content).decode()  # type: ignore[attr-defined]
    assert "5000,300,2," in told


def test_progress_is_said_once_it_is_counted(
    client_of: ClientOf, alice: User, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_tell", [lambda campaign: None])
    assert "Nothing is counted yet." in read(client_of(alice), campaign)
    counted = Progress(250, until_on=clock.today(), lacks=2)
    monkeypatch.setattr(progress, "_tell", [lambda campaign: counted])
    for language, said in [("en", "250 · 25.0%"), ("zh-hans", "250 · 25.0%")]:
        page = read(client_of(alice), campaign, language)
        assert said in page
    assert "其中2 天尚未统计完整。" in page or "其中 2 天尚未统计完整。" in page


def test_a_boost_is_asked_for_in_a_campaign(
    client_of: ClientOf, alice: User, shop: Merchant, campaign: Campaign, note: Note
) -> None:
    new = reverse("campaigns:boost-new", args=[shop.code])
    page = client_of(alice).get(new, {"campaign": campaign.pk})
    form = page.context["form"]
    assert str(form["campaign"].value()) == str(campaign.pk)
    asked = {
        "request_key": form["request_key"].value(), "note": note.pk, "budget": "700", "days": "7",
        "objective": "reads", "starts_on": clock.today().isoformat(), "campaign": campaign.pk,
    }  # fmt: skip
    client_of(alice).post(new, asked)
    assert Boost.objects.get().campaign == campaign
    shown = read(client_of(alice), campaign)
    assert shown.count(note.title) >= 2
    boost = client_of(alice).get(Boost.objects.get().get_absolute_url()).content.decode()
    assert campaign.get_absolute_url() in boost


def test_whoever_has_no_campaign_is_not_asked_for_one(
    client_of: ClientOf, alice: User, shop: Merchant, note: Note
) -> None:
    new = reverse("campaigns:boost-new", args=[shop.code])
    assert "A boost may stand alone." not in client_of(alice).get(new).content.decode()


def test_a_boost_cannot_join_the_campaign_of_another_company(
    client_of: ClientOf, shop: Merchant, rival: Merchant, charlie: User, campaign: Campaign
) -> None:
    new = reverse("campaigns:boost-new", args=[rival.code])
    form = client_of(charlie).post(new, {"campaign": campaign.pk}).context["form"]
    assert "campaign" in form.errors
    assert campaign.name not in str(form)


def test_a_note_is_added_and_taken_out(
    client_of: ClientOf, alice: User, shop: Merchant, campaign: Campaign, note: Note
) -> None:
    client = client_of(alice)
    client.post(at("note-add", shop, campaign.pk), {"note": note.pk})
    sold = note.listings.get().product.title
    assert sold in read(client, campaign)
    client.post(at("note-remove", shop, campaign.pk, note.pk))
    assert sold not in read(client, campaign)
    gone = client.post(at("note-remove", shop, campaign.pk, note.pk))
    assert gone.status_code == 404


def test_a_closed_campaign_offers_nothing_to_do(
    client_of: ClientOf, alice: User, shop: Merchant, campaign: Campaign
) -> None:
    assert "Close the campaign" in read(client_of(alice), campaign)
    client_of(alice).post(at("close", shop, campaign.pk))
    page = read(client_of(alice), campaign)
    assert "Close the campaign" not in page
    assert "Boost a note" not in page
    assert campaign.name in page


def test_a_closed_campaign_is_opened_again_on_its_page(
    client_of: ClientOf, alice: User, shop: Merchant, campaign: Campaign
) -> None:
    client = client_of(alice)
    assert "Open it again" not in read(client, campaign)
    client.post(at("close", shop, campaign.pk))
    assert "Open it again" in read(client, campaign)
    client.post(at("open", shop, campaign.pk))
    assert "Close the campaign" in read(client, campaign)


def test_the_quick_form_asks_for_the_campaign_where_there_is_one(
    client_of: ClientOf, alice: User, shop: Merchant, campaign: Campaign, note: Note
) -> None:
    client, url = client_of(alice), reverse("campaigns:boost-quick", args=[shop.code])
    page = client.get(url, {"campaign": campaign.pk})
    form = page.context["form"]
    assert str(form["campaign"].value()) == str(campaign.pk)
    # Whoever goes on to the full form takes it there.
    assert f"campaign={campaign.pk}" in page.content.decode()
    asked = {
        "request_key": form["request_key"].value(), "note": note.pk, "amount": 20_000,
        "hours": 24, "campaign": campaign.pk,
    }  # fmt: skip
    client.post(url, asked)
    boost = Boost.objects.get()
    assert (boost.campaign, list(campaign.notes.all())) == (campaign, [note])
    edit = reverse("campaigns:boost-edit", args=[shop.code, boost.pk])
    assert str(client.get(edit).context["form"]["campaign"].value()) == str(campaign.pk)
    client.post(at("close", shop, campaign.pk))
    assert 'name="campaign"' not in client.get(url).content.decode()
