"""What was paid outside: each cost once, wherever the report is asked, and as it was known then."""

import json
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any, cast
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts.models import Boost
from campaigns.campaigns import verbs as campaigns
from campaigns.campaigns.models import Campaign
from campaigns.costs import verbs as costs
from campaigns.costs.models import Channel, Cost
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock, commands
from portal.accounts.models import User
from portal.ui import turning
from reports.answers.answer import answer
from reports.answers.question import By, Question, TimeBase
from reports.answers.rows import RankedRows
from reports.answers.spend import Spending
from reports.metrics import costs as all_costs
from reports.metrics import registry as metrics
from reports.metrics.meanings import CHANNELS
from reports.tests.factory import credit, day, publish
from reports.tests.spent import boost_of, delivered, paid
from reports.tests.test_spending import asked, bare, in_csv, printed

ClientOf = Callable[[User], Client]
CODES = [metric.code for metric in metrics.OUTSIDE]


@pytest.fixture
def campaign(shop: Merchant, alice: User) -> Campaign:
    return campaigns.open_one(
        shop, request_key=uuid4(), name="618", starts_on=day(30), ends_on=day(1), target_kind="",
        target_value=None, budget_fen=None, by=alice,
    )  # fmt: skip


@pytest.fixture
def boost(sunscreen: Listing) -> Boost:
    return boost_of(sunscreen.note, platform=200)


@pytest.fixture
def cost(shop: Merchant, sunscreen: Listing, boost: Boost, campaign: Campaign) -> Cost:
    """Of two days: a boost captured ¥4.00, of which the platform paid ¥2.00, and sold for ¥30.00;
    its note sold for ¥5.00 without, and cost a creator's ¥8.00; for the boost an agency took ¥1.00,
    for the campaign as a whole search took ¥2.00."""
    first, _second = publish(shop, day(20), day(19))
    delivered(boost, day(20), 400)
    credit(first, sunscreen, "order", value_fen=3000, boost_id=boost.pk)
    credit(first, sunscreen, "order", value_fen=500)
    paid(boost, day(20), 100, channel=Channel.PAID)
    paid(campaign, day(19), 200, channel=Channel.SEARCH)
    return paid(sunscreen.note, day(19), 800)


def told(shop: Merchant, by: By, **more: Any) -> dict[str, list[int]]:
    """What files say, by key: creator, paid feed, search, outside, all, own."""
    table = in_csv(printed(shop, "csv", by=by.value, **more))
    read = {key: [int(row[code].replace(".", "")) for code in CODES] for key, row in table.items()}
    rows = json.loads(printed(shop, "json", by=by.value, **more))["rows"]
    assert read == {row["key"]: [row[code] for code in CODES] for row in rows}
    return read


@pytest.mark.usefixtures("cost")
def test_each_cost_is_counted_once_under_its_note_its_boost_and_its_day(
    shop: Merchant, sunscreen: Listing, boost: Boost
) -> None:
    assert told(shop, By.NOTE) == {
        sunscreen.note.external_id: [800, 100, 0, 900, 1300, 1100],
        "campaigns": [0, 0, 200, 200, 200, 200],
    }
    assert told(shop, By.BOOST) == {
        boost.external_id: [0, 100, 0, 100, 500, 300],
        "organic": [800, 0, 200, 1000, 1000, 1000],
    }
    assert told(shop, By.DAY) == {
        day(20).isoformat(): [0, 100, 0, 100, 500, 300],
        day(19).isoformat(): [800, 0, 200, 1000, 1000, 1000],
    }
    for by in (By.NOTE, By.BOOST, By.DAY):
        total = answer(asked(shop, by)).total
        assert [metric.of(total) for metric in metrics.OUTSIDE] == [800, 100, 200, 1100, 1500, 1300]


@pytest.mark.usefixtures("cost")
def test_all_that_was_credited_is_divided_by_all_that_it_cost(shop: Merchant) -> None:
    """The ratios of boosts alone stay what they are."""
    for by in (By.NOTE, By.BOOST, By.DAY):
        total = answer(asked(shop, by)).total
        assert all_costs.ALL_ROI_OF_ALL.of(total) == Fraction(3500, 1500)
        assert all_costs.OWN_ROI_OF_ALL.of(total) == Fraction(3500, 1300)
        assert metrics.ALL_ROI.of(total) == Fraction(3000, 400)
    columns = answer(asked(shop, base=TimeBase.ORDER)).columns
    assert all_costs.TOTAL_COST in columns
    assert not {one.code for one in columns} & {one.code for one in metrics.BROUGHT_FOR_ALL}


def test_the_channels_of_sums_are_those_of_costs() -> None:
    assert list(CHANNELS) == Channel.values


@pytest.mark.usefixtures("cost")
def test_the_page_the_command_and_the_note_tell_the_same(
    client_of: ClientOf, alice: User, shop: Merchant, sunscreen: Listing
) -> None:
    question = {"first_on": day(20), "last_on": day(19), "time_base": "touch"}
    client = client_of(alice)
    place = reverse("reports:report-detail", args=[shop.code], query=question)
    page = client.get(place).content.decode()
    own = reverse("merchants:note-detail", args=[shop.code, sunscreen.note_id], query=question)
    for text in (page, printed(shop, "table")):
        assert "Campaigns as a whole, no note" in text
        assert "¥15.00" in text
        assert "2.33" in text
    assert "¥13.00" in client.get(own).content.decode()
    assert "costs from outside ¥11.00" in page
    assert "Campaigns as a whole" in client.get(f"{place}&q=whole").content.decode()
    assert "Why Sunscreen" not in client.get(f"{place}&q=whole").content.decode()
    home = client.get(reverse("reports:home-merchant", args=[shop.code])).content.decode()
    assert "¥15.00" in home


def test_who_had_no_boost_has_costs_all_the_same(shop: Merchant, sunscreen: Listing) -> None:
    publish(shop, day(20), day(19))
    paid(sunscreen.note, day(19), 800)
    codes = {metric.code for metric in answer(asked(shop)).columns_in_files}
    assert codes >= set(CODES)
    assert not codes & {one.code for one in (*metrics.SPENDING, *metrics.BROUGHT)}


def test_the_cost_of_a_day_without_numbers_is_told_and_divides_nothing(
    shop: Merchant, sunscreen: Listing, cost: Cost
) -> None:
    """The twin of the day that has them: then the ratio is there. What boosts brought is divided by
    their own cost, of which all days have numbers."""
    paid(sunscreen.note, day(18), 50)
    question = Question(shop, day(20), day(18), by=By.NOTE, time_base=TimeBase.TOUCH)
    total = answer(question).total
    assert all_costs.TOTAL_COST.of(total) == 1550
    assert all_costs.ALL_ROI_OF_ALL.of(total) is None
    assert metrics.ALL_ROI.of(total) == Fraction(3000, 400)
    said = "Of what was paid outside ¥0.50 is of days without numbers"
    assert said in printed(shop, "table", last_on=day(18))
    publish(shop, day(18))
    assert said not in printed(shop, "table", last_on=day(18))
    assert all_costs.ALL_ROI_OF_ALL.of(answer(question).total) == Fraction(3500, 1550)


def test_what_was_given_is_given_again_whatever_is_said_of_costs_later(
    shop: Merchant, sunscreen: Listing, cost: Cost, alice: User
) -> None:
    given = {form: printed(shop, form) for form in ("csv", "json")}
    moment = commands.moment(json.loads(given["json"])["as_of"])
    of_csv = commands.moment(given["csv"].splitlines()[1].rpartition(",")[2])
    said = cast("costs.Said", {**costs.said_of(cost), "amount_fen": 900})
    costs.correct(cost, by=alice, **said)
    costs.withdraw(Cost.objects.get(channel=Channel.PAID), by=alice)
    paid(sunscreen.note, day(20), 7)
    again = {
        "csv": printed(shop, "csv", as_of=of_csv), "json": printed(shop, "json", as_of=moment)
    }  # fmt: skip
    assert again == given
    assert json.loads(printed(shop, "json"))["total"]["outside_cost"] == 1107


def test_costs_count_in_reports_as_their_versions_say(
    shop: Merchant, sunscreen: Listing, boost: Boost, campaign: Campaign, alice: User
) -> None:
    """A seeded world of costs recorded, corrected and withdrawn: at each moment, and now."""
    some, moments = random.Random(29), []
    for number in range(12):
        about: Any = some.choice([sunscreen.note, boost, campaign])
        made = paid(about, day(some.randint(17, 22)), some.randint(1, 900), reference=f"A{number}")
        if some.random() < 0.5:
            said = {**costs.said_of(made), "amount_fen": some.randint(1, 900)}
            made = costs.correct(made, by=alice, **cast("costs.Said", said))
        if some.random() < 0.3:
            costs.withdraw(made, by=alice)
        moments.append(clock.now())
    for as_of in (None, *moments):
        question = Question(shop, day(20), day(18), as_of=as_of)
        versions = Cost.objects.of(shop, day(20), day(18))
        known = versions.current() if as_of is None else versions.as_of(as_of)
        expected: dict[Any, int] = {}
        for one in known.placed():
            key = one.counts_for_note or 0
            expected[key] = expected.get(key, 0) + one.amount_fen
        found = Spending(question, ()).by(By.NOTE)
        assert {key: sums.outside() for key, sums in found.items()} == expected


@pytest.mark.usefixtures("cost")
@pytest.mark.parametrize("is_descending", [True, False])
def test_what_is_of_no_note_has_its_place_in_every_order_and_on_every_page(
    shop: Merchant, lipstick: Listing, is_descending: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of rows that are counted, and of more than are, whose pages are turned by key."""
    [more] = publish(shop, day(18))
    credit(more, lipstick, "order", value_fen=100)
    question = Question(shop, day(20), day(18), by=By.NOTE, time_base=TimeBase.TOUCH)
    for metric in (*metrics.OUTSIDE, *metrics.BROUGHT_FOR_ALL):
        whole = list(answer(question).rows.in_order(metric, is_descending=is_descending))
        values = [metric.of(row.sums) for row in whole]
        known = [value for value in values if value is not None]
        assert values[: len(known)] == sorted(known, reverse=is_descending)
        keys = [row.label.key for row in whole]
        assert len(keys) == 3
        assert "campaigns" in keys
        with monkeypatch.context() as few:
            few.setattr(turning, "MOST_COUNTED", 1)
            rows = answer(question).rows.in_order(metric, is_descending=is_descending)
            assert isinstance(rows, RankedRows)
            assert rows.counted() is None
            first = rows._ranking.first(0, 1)
            turned = [*first, *rows._ranking.after(first[0], 5)]
            assert [row.label.key for row in rows._rows(turned)] == keys
            assert rows._ranking.before(turned[-1], 5)[::-1] == turned[:-1]


def test_the_names_say_that_costs_from_outside_are_in_it() -> None:
    for metric in metrics.BROUGHT_FOR_ALL:
        assert "with costs from outside" in metric.en
        assert "含站外成本" in metric.zh
    # The twin: a name that leaves out which.
    assert bare("ROI with costs from outside") == ["ROI"]


@pytest.mark.usefixtures("rival", "cost")
def test_costs_of_other_days_and_other_merchants_are_none_of_it(
    shop: Merchant, rival: Merchant, sunscreen: Listing
) -> None:
    paid(sunscreen.note, day(21), 77)
    assert all_costs.OUTSIDE_COST.of(answer(asked(shop)).total) == 1100
    publish(rival, day(20))
    assert not answer(asked(rival)).facts.spending.is_any
