"""A campaign as a question: what is its own, the same in every form, and on its page."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.management.base import CommandError
from django.db import transaction
from django.test import Client
from django.urls import reverse

from campaigns.boosts import belonging
from campaigns.boosts.models import Boost
from campaigns.campaigns import verbs as campaigns
from campaigns.campaigns.models import Campaign
from campaigns.costs.models import Channel
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from portal.ui import turning
from reports.answers import giving
from reports.answers.answer import answer
from reports.answers.question import OF_CAMPAIGNS, BadRange, By, Question, TimeBase
from reports.metrics import costs as all_costs
from reports.metrics import registry as metrics
from reports.pages.report import forms
from reports.tests.factory import credit, day, publish, touch
from reports.tests.spent import boost_of, delivered, paid
from reports.tests.test_spending import in_csv, printed

ClientOf = Callable[[User], Client]


def opened(shop: Merchant, name: str, by: User, *listings: Listing) -> Campaign:
    made = campaigns.open_one(
        shop, request_key=uuid4(), name=name, starts_on=day(20), ends_on=day(19), target_kind="",
        target_value=None, budget_fen=None, by=by,
    )  # fmt: skip
    for listing in listings:
        campaigns.put_in(made, listing.note, by=by)
    return made


def boosted(listing: Listing, campaign: Campaign) -> Boost:
    made = boost_of(listing.note)
    move(made, campaign)
    return made


@transaction.atomic
def move(boost: Boost, campaign: Campaign | None) -> None:
    """As changing what is asked for does it."""
    boost.campaign = campaign
    boost.save()
    belonging.follow(boost)


@pytest.fixture
def campaign(shop: Merchant, sunscreen: Listing, lipstick: Listing, alice: User) -> Campaign:
    """618 has the sunscreen, and so has 11.11. By its own boost it sold for ¥30, by that of the
    other for ¥7, by none for ¥5; the lipstick is in neither, and sold for ¥100. Its boost captured
    ¥4.00, and ¥2.00 was paid for it as a whole; the other one cost ¥9.00 and ¥8.00."""
    made, other = (opened(shop, name, alice, sunscreen) for name in ("618", "11.11"))
    first, _second = publish(shop, day(20), day(19))
    own, others = boosted(sunscreen, made), boosted(sunscreen, other)
    delivered(own, day(20), 400)
    delivered(others, day(20), 900)
    paid(made, day(19), 200, channel=Channel.SEARCH)
    paid(other, day(19), 800)
    for boost, fen in ((own, 3000), (others, 700), (None, 500)):
        pk = boost and boost.pk
        credit(first, sunscreen, "order", value_fen=fen, boost_id=pk)
        touch(first, sunscreen, "view", touchpoints=fen // 100, boost_id=pk)
    credit(first, lipstick, "order", value_fen=10_000)
    touch(first, lipstick, "view", touchpoints=1000)
    return made


def asked(campaign: Campaign, by: By = By.NOTE) -> Question:
    return Question(
        campaign.merchant, day(20), day(19), by=by, time_base=TimeBase.TOUCH, campaign=campaign
    )


@pytest.mark.parametrize("most", [1, turning.MOST_COUNTED])
@pytest.mark.parametrize("by", OF_CAMPAIGNS)
def test_it_has_what_its_boosts_brought_and_its_notes_without_any(
    campaign: Campaign, by: By, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turning, "MOST_COUNTED", most)
    report = answer(asked(campaign, by))
    assert metrics.GMV.of(report.total) == 3500
    assert metrics.READS.of(report.total) == 35
    rows = list(report.rows)[:3]
    assert sum(metrics.GMV.of(row.sums) or 0 for row in rows) == 3500
    if by in (By.NOTE, By.BOOST, By.DAY):
        assert sum(all_costs.TOTAL_COST.of(row.sums) or 0 for row in rows) == 600
        assert metrics.SPEND.of(report.total) == 400
        assert all_costs.OUTSIDE_COST.of(report.total) == 200


def test_page_file_command_and_its_own_page_tell_the_same(
    client_of: ClientOf, alice: User, campaign: Campaign
) -> None:
    client, shop = client_of(alice), campaign.merchant
    days: dict[str, Any] = {"first_on": day(20), "last_on": day(19), "campaign": campaign.pk}
    place = reverse("reports:report-detail", args=[shop.code], query=days)
    page, own = client.get(place), client.get(campaign.get_absolute_url())
    for text in (page.content.decode(), own.content.decode(), printed(shop, "table", **days)):
        assert "¥35.00" in text
        assert "¥6.00" in text
        assert "¥100.00" not in text
    assert f"campaign={campaign.pk}" in own.content.decode()
    told = json.loads(printed(shop, "json", **days))
    assert told["campaign"] == {"number": campaign.pk, "name": "618"}
    assert (told["total"]["credited_gmv"], told["total"]["spend"]) == (3500, 400)
    table: Any = client.get(f"{place}&export=csv")
    rows = in_csv(b"".join(table).decode("utf-8-sig"))
    assert {row["Campaign"] for row in rows.values()} == {"618"}
    assert rows["campaigns"]["outside_cost"] == "2.00"
    assert f"campaign_{campaign.pk}" in table["Content-Disposition"]
    of_object = reverse("reports:report-object", args=[shop.code, "campaign", campaign.pk])
    file: Any = client.get(of_object, {**days, "export": "csv"})
    [head, line] = csv.reader(io.StringIO(b"".join(file).decode("utf-8-sig")))
    codes = [name.split("[")[-1].rstrip("]") for name in head]
    cells = dict(zip(codes, line, strict=True))
    assert (cells["credited_gmv"], cells["total_cost_all_money"]) == ("35.00", "6.00")


def change_members(campaign: Campaign, by: User, lipstick: Listing) -> None:
    """The sunscreen and all boosts leave, the lipstick comes; in its place nothing is the same."""
    campaigns.take_out(campaign, campaign.notes.get(), by=by)
    campaigns.put_in(campaign, lipstick.note, by=by)
    for boost in campaign.boosts.all():
        move(boost, None)


@pytest.mark.parametrize("most", [1, turning.MOST_COUNTED])
@pytest.mark.parametrize("by", OF_CAMPAIGNS)
def test_what_joins_or_leaves_later_changes_no_answer_that_was_given(
    campaign: Campaign, alice: User, lipstick: Listing, by: By, most: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(turning, "MOST_COUNTED", most)
    given = giving.given(asked(campaign, by))
    before = in_files(given)
    costs = (None, None) if by == By.LISTING else (600, 200)
    assert told(before[0]) == (3500, costs[0])
    change_members(campaign, alice, lipstick)
    assert in_files(given) == before
    now = in_files(asked(campaign, by))
    assert told(now[0]) == (10_000, costs[1])


def told(total: dict[str, Any]) -> tuple[Any, Any]:
    """Its GMV, and all that was paid; nothing is of a listing."""
    return total["credited_gmv"], total.get("total_cost_all_money")


def in_files(question: Question) -> list[dict[str, Any]]:
    """The total, and the rows one by one, exactly."""
    report = answer(question)
    columns = report.columns_in_files
    sums = [report.total, *(row.sums for row in report.rows)]
    return [{one.code: one.of(of) for one in columns} for of in sums]


def test_it_is_told_by_touch_day_and_of_ones_own_alone(
    client_of: ClientOf, alice: User, rival: Merchant, campaign: Campaign
) -> None:
    with pytest.raises(BadRange, match="by touch day"):
        Question(campaign.merchant, day(20), day(19), campaign=campaign)
    with pytest.raises(BadRange, match="none of your campaigns"):
        Question(rival, day(20), day(19), time_base=TimeBase.TOUCH, campaign=campaign)
    for by in set(By) - {*OF_CAMPAIGNS}:
        with pytest.raises(BadRange, match="broken down by"):
            asked(campaign, by)
    with pytest.raises(CommandError, match="has no campaign"):
        printed(rival, "table", campaign=campaign.pk)
    client = client_of(alice)
    place = reverse("reports:report-detail", args=[campaign.merchant.code])
    assert client.get(place, {"campaign": 0}).status_code == 422
    assert client.get(place, {"campaign": "x"}).status_code == 422


def test_who_has_no_campaign_is_not_asked_for_one(
    client_of: ClientOf, alice: User, shop: Merchant
) -> None:
    place = reverse("reports:report-detail", args=[shop.code])
    assert 'id="id_campaign"' not in _visible(client_of(alice).get(place).content.decode())
    opened(shop, "618", alice)
    assert 'id="id_campaign"' in _visible(client_of(alice).get(place).content.decode())


def test_the_newest_are_offered_and_the_one_that_is_asked_for(
    client_of: ClientOf, alice: User, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MOST_OFFERED", 1)
    client, shop = client_of(alice), campaign.merchant
    place = reverse("reports:report-detail", args=[shop.code])
    form = client.get(place).context["form"]
    assert [name for _key, name in form.fields["campaign"].choices] == ["All notes", "11.11"]
    form = client.get(place, {"campaign": campaign.pk}).context["form"]
    assert [name for _key, name in form.fields["campaign"].choices][1:] == ["11.11", "618"]
    assert form.question.campaign == campaign
    assert ("Campaign", "618") in form.asked


def _visible(page: str) -> str:
    """The page without the fields that nobody sees."""
    return "".join(part for part in page.split("<input") if 'type="hidden"' not in part[:40])
