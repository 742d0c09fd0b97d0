"""What boosts cost beside what they brought: the same fen wherever it is asked."""

import csv
import html
import io
import json
import random
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from campaigns.boosts import lines
from campaigns.boosts.models import Boost, Objective
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock, commands
from portal.accounts.models import User
from reports.answers import spend
from reports.answers.answer import answer
from reports.answers.question import By, Question, TimeBase, recent
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.sums import MICRO
from reports.tests.factory import credit, day, publish, touch
from reports.tests.spent import boost_of, delivered

ClientOf = Callable[[User], Client]
SPLIT = ("spend", "spend_own_cash", "spend_platform", "spend_partner")


@pytest.fixture
def boost(sunscreen: Listing) -> Boost:
    """Sunscreen's note, boosted: a partner pays ¥3.00, the platform ¥2.00, then the merchant."""
    return boost_of(sunscreen.note, partner=300, platform=200)


@pytest.fixture
def other(lipstick: Listing) -> Boost:
    return boost_of(lipstick.note)


@pytest.fixture
def spent(shop: Merchant, sunscreen: Listing, boost: Boost, other: Boost) -> Boost:
    """The boost cost ¥4.00 and ¥6.00 on two days, of which the first sold for ¥30.00 by one boosted
    order and one visit, and for ¥5.00 without; the other cost ¥0.50 and brought nothing."""
    first, second = publish(shop, day(20), day(19))
    delivered(boost, day(20), 400)
    delivered(boost, day(19), 600)
    delivered(other, day(19), 50)
    touch(first, sunscreen, "view", touchpoints=10, boost_id=boost.pk)
    touch(second, sunscreen, "view", touchpoints=10, boost_id=boost.pk)
    credit(first, sunscreen, "order", value_fen=3000, boost_id=boost.pk)
    credit(first, sunscreen, "order", value_fen=500)
    credit(first, sunscreen, "visit", boost_id=boost.pk)
    return boost


def asked(shop: Merchant, by: By = By.BOOST, base: TimeBase = TimeBase.TOUCH) -> Question:
    return Question(shop, day(20), day(19), by=by, time_base=base)


def printed(shop: Merchant, form: str, **more: Any) -> str:
    said = io.StringIO()
    options = {"first_on": day(20), "last_on": day(19), "time_base": "touch", **more}
    call_command("report", shop.code, format=form, stdout=said, **options)
    return said.getvalue()


def figures(page: str) -> dict[str, str]:
    """The single numbers of a page by their names."""
    found = re.findall(
        r'<a class="subheader" [^>]*>(.*?)</a>\s*<div class="h2 mb-0 tabular">(.*?)</div>', page
    )
    return {html.unescape(name): text for name, text in found}


def in_csv(text: str) -> dict[str, dict[str, str]]:
    """The lines of a file by key, each by the codes of its columns."""
    [head, *lines] = csv.reader(io.StringIO(text))
    codes = [name.split("[")[-1].rstrip("]") for name in head]
    return {line[0]: dict(zip(codes, line, strict=True)) for line in lines}


def fen(text: str) -> int:
    return int(text.replace(".", ""))


def test_a_boost_costs_the_same_fen_in_every_form(
    client_of: ClientOf, alice: User, shop: Merchant, spent: Boost
) -> None:
    table, answered = in_csv(printed(shop, "csv", by="boost")), printed(shop, "json", by="boost")
    row = table[spent.external_id]
    assert [fen(row[code]) for code in SPLIT] == [1000, 500, 200, 300]
    told = {one["key"]: one for one in json.loads(answered)["rows"]}[spent.external_id]
    assert [told[code] for code in SPLIT] == [1000, 500, 200, 300]
    assert "¥10.00" in printed(shop, "table", by="boost")
    question = {"first_on": day(20), "last_on": day(19), "time_base": "touch", "by": "boost"}
    page = (
        client_of(alice)
        .get(reverse("reports:report-detail", args=[shop.code], query=question))
        .content.decode()
    )
    assert "¥10.00" in page
    assert "¥10.50" in page
    own = (
        client_of(alice)
        .get(reverse("campaigns:boost-detail", args=[shop.code, spent.pk], query=question))
        .content.decode()
    )
    assert "¥10.00" in own


def test_the_page_of_a_boost_asks_for_its_own_days_and_names_what_its_note_brought_beside_it(
    client_of: ClientOf, alice: User, shop: Merchant, spent: Boost
) -> None:
    """It ran for sixty days, which are more than the usual thirty."""
    delivered(spent, day(55), 700)
    address = reverse("campaigns:boost-detail", args=[shop.code, spent.pk])
    page = client_of(alice).get(address).content.decode()
    assert "¥17.00" in page
    assert "the note brought 1 credited orders and ¥5.00 of credited GMV without any boost" in page
    known: Any = {"first_on": day(20), "last_on": day(19), "time_base": "touch"}
    own = client_of(alice).get(address, known).content.decode()
    assert "Own-cash ROI, attributed" in own
    assert "6.00" in own


def test_home_shows_what_was_spent_beside_what_it_brought(
    client_of: ClientOf, alice: User, shop: Merchant, spent: Boost
) -> None:
    home = client_of(alice).get(reverse("reports:home-merchant", args=[shop.code]))
    page = home.content.decode()
    assert "¥10.50" in page
    assert "own cash ¥5.50" in page
    told = figures(page)
    # By touch day, as the report says it of the same days.
    report = answer(Question(shop, *recent(days=30), by=By.BOOST, time_base=TimeBase.TOUCH))
    for metric in (*metrics.SPENDING[:2], metrics.CPM, metrics.CPC, metrics.OWN_ROI,
                   metrics.ALL_ROI, metrics.COST_PER_ORDER):  # fmt: skip
        assert told[metric.en] == printing.text(metric.of(report.total), metric.unit)
    assert (told[metrics.OWN_ROI.en], told[metrics.ALL_ROI.en]) == ("5.45", "2.86")
    assert told[metrics.IMPRESSIONS.en] == "105,000"


def test_home_of_who_spent_nothing_has_no_part_about_it_and_asks_no_more_for_that(
    client_of: ClientOf, alice: User, shop: Merchant, sunscreen: Listing
) -> None:
    [yesterday] = publish(shop, day(20))
    credit(yesterday, sunscreen, "order", value_fen=100)
    url = reverse("reports:home-merchant", args=[shop.code])
    client = client_of(alice)
    client.get(url)
    with CaptureQueriesContext(connection) as without:
        page = client.get(url).content.decode()
    assert "What boosts cost, and what that brought" not in page
    boost = boost_of(sunscreen.note)
    delivered(boost, day(20), 100)
    with CaptureQueriesContext(connection) as with_spend:
        page = client.get(url).content.decode()
    assert "What boosts cost, and what that brought" in page
    assert len(with_spend) - len(without) <= 30


def test_home_divides_no_cost_of_a_day_without_numbers(
    client_of: ClientOf, alice: User, shop: Merchant, spent: Boost
) -> None:
    url = reverse("reports:home-merchant", args=[shop.code])
    delivered(spent, day(18), 100)
    page = client_of(alice).get(url).content.decode()
    assert figures(page)[metrics.ALL_ROI.en] == "–"
    assert "Of the spend ¥1.00 is of days without numbers" in page
    publish(shop, day(18))
    page = client_of(alice).get(url).content.decode()
    assert figures(page)[metrics.ALL_ROI.en] == "2.61"
    assert "is of days without numbers" not in page


def test_homes_part_of_what_was_spent_says_what_is_known_of_its_own_days(
    client_of: ClientOf, alice: User, shop: Merchant, spent: Boost
) -> None:
    """By touch day the windows of the last days run; by order day everything has come."""
    page = client_of(alice).get(reverse("reports:home-merchant", args=[shop.code]))
    shown = page.content.decode()
    above, own = shown.split('id="spent-title"')
    known = page.context["spent"].known
    said = [one.said.text for one in known.lamps]
    assert said
    assert all(html.escape(text) in own for text in said)
    assert {"spent-arrived", "spent-time-base"} <= set(re.findall(r'\bid="([^"]+)"', own))
    assert "still run: their touches may earn more" in own
    assert "still run: their touches may earn more" not in above
    ids = re.findall(r'\bid="([^"]+)"', shown)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("language", "said"), [("en", "not measured"), ("zh-hans", "暂无统计")])
def test_beside_each_roi_pages_say_what_nobody_measures(
    client_of: ClientOf, alice: User, shop: Merchant, spent: Boost, language: str, said: str
) -> None:
    client = client_of(alice)
    client.cookies["django_language"] = language
    asked: Any = {"first_on": day(20), "last_on": day(19), "time_base": "touch"}
    report = reverse("reports:report-detail", args=[shop.code])
    texts = {}
    for name, address, data in (
        ("report", report, asked),
        ("home", reverse("reports:home-merchant", args=[shop.code]), {}),
        ("boost", spent.get_absolute_url(), asked),
        ("by order day", report, {**asked, "time_base": "order"}),
    ):
        texts[name] = client.get(address, data).content.decode()
    with translation.override(language):
        for metric in metrics.UNMEASURED:
            card = f"{metric.name} {said}"
            assert card in texts["report"]
            assert card not in texts["by order day"]
            assert figures(texts["home"])[metric.name] == said
            assert figures(texts["boost"])[metric.name] == said


@pytest.mark.parametrize("objective", Objective)
def test_the_page_of_a_boost_says_how_its_aim_went_or_that_nobody_measures_it(
    client_of: ClientOf, alice: User, shop: Merchant, sunscreen: Listing, spent: Boost,
    objective: Objective,
) -> None:  # fmt: skip
    [another] = publish(shop, day(18))
    touch(another, sunscreen, "follow", touchpoints=7, boost_id=spent.pk)
    touch(another, sunscreen, "follow", touchpoints=90)
    Boost.objects.filter(pk=spent.pk).update(objective=objective)
    asked: Any = {"first_on": day(20), "last_on": day(18), "time_base": "touch"}
    page = client_of(alice).get(spent.get_absolute_url(), asked).content.decode()
    told, name = figures(page), metrics.AUTHOR_FOLLOWS.en
    assert told.get(name) == ("7" if objective == Objective.FOLLOWERS else None)
    is_for_messages = objective == Objective.MESSAGES
    assert ("Messages, which this boost is for, are not measured" in page) == is_for_messages
    address = reverse("reports:report-object", args=[shop.code, "boost", spent.pk])
    found: Any = client_of(alice).get(address, {**asked, "export": "csv"})
    line = in_csv(b"".join(found).decode("utf-8-sig"))[spent.external_id]
    assert line.get("author_follows") == ("7" if objective == Objective.FOLLOWERS else None)


@pytest.mark.parametrize("base", TimeBase)
@pytest.mark.parametrize("by", [By.BOOST, By.NOTE, By.DAY])
def test_rows_add_up_to_the_total_and_that_to_the_days(
    shop: Merchant, spent: Boost, by: By, base: TimeBase
) -> None:
    report = answer(asked(shop, by, base))
    for metric in (*metrics.SPENDING[:6], *(metrics.BROUGHT[:5] if base == "touch" else ())):
        added = sum(metric.of(row.sums) or 0 for row in report.rows)
        assert added == metric.of(report.total), metric.code
    assert metrics.SPEND.of(report.total) == 1050
    assert metrics.SPEND.of(report.rows.found("Sunscreen").total) == (0 if by == By.DAY else 1000)


def test_what_is_linked_on_a_note_has_no_cost_of_its_own(shop: Merchant, spent: Boost) -> None:
    for by in (By.LISTING, By.PLACEMENT, By.STORE_KIND):
        assert metrics.SPEND not in answer(asked(shop, by)).columns
    assert metrics.SPEND in answer(asked(shop, By.NOTE)).columns


def test_a_ratio_divides_what_boosted_touches_earned_by_what_they_cost(
    shop: Merchant, spent: Boost
) -> None:
    """The order that nobody paid for is in the credited GMV, and in no ratio to the cost."""
    for by, worth in ((By.BOOST, 3000), (By.NOTE, 3500)):
        row = next(iter(answer(asked(shop, by)).rows))
        assert metrics.GMV.of(row.sums) == worth
        assert metrics.BOOSTED_GMV.of(row.sums) == 3000
        assert metrics.ORGANIC_GMV.of(row.sums) == worth - 3000
        assert metrics.ALL_ROI.of(row.sums) == 3
        assert metrics.OWN_ROI.of(row.sums) == 6
        assert metrics.COST_PER_ORDER.of(row.sums) == 1000
        assert metrics.COST_PER_VISIT.of(row.sums) == 1000
        assert metrics.CPM.of(row.sums) == 10
        assert metrics.CPC.of(row.sums) == Fraction(1, 10)
    total = answer(asked(shop)).total
    assert metrics.ALL_ROI.of(total) == Fraction(3000, 1050)


def test_by_order_day_nothing_is_divided_by_what_it_brought(shop: Merchant, spent: Boost) -> None:
    report = answer(asked(shop, base=TimeBase.ORDER))
    codes = {metric.code for metric in report.columns_in_files}
    assert codes >= {"spend", "cpm"}
    assert not codes & {one.code for one in (*metrics.BROUGHT, *metrics.UNMEASURED)}


def test_the_cost_of_a_day_without_numbers_is_told_and_divided_by_nothing(
    shop: Merchant, spent: Boost
) -> None:
    """The twin of the day that has them: then the ratio is there."""
    delivered(spent, day(18), 100)
    report = answer(Question(shop, day(20), day(18), by=By.DAY, time_base=TimeBase.TOUCH))
    [*_, row] = report.rows
    assert (metrics.SPEND.of(row.sums), metrics.READS.of(row.sums)) == (100, None)
    assert metrics.ALL_ROI.of(row.sums) is None
    assert metrics.SPEND.of(report.total) == 1150
    assert metrics.ALL_ROI.of(report.total) is None
    by_boost = answer(Question(shop, day(20), day(18), by=By.BOOST, time_base=TimeBase.TOUCH))
    assert [metrics.ALL_ROI.of(row.sums) for row in by_boost.rows] == [None, None, 0]
    ranked = by_boost.rows.in_order(metrics.ALL_ROI, is_descending=True)
    assert [metrics.ALL_ROI.of(row.sums) for row in ranked] == [0, None, None]
    said = "Of the spend ¥1.00 is of days without numbers"
    assert said in printed(shop, "table", last_on=day(18))
    publish(shop, day(18))
    assert said not in printed(shop, "table", last_on=day(18))
    known = answer(Question(shop, day(20), day(18), by=By.DAY, time_base=TimeBase.TOUCH))
    assert metrics.ALL_ROI.of(known.total) == Fraction(3000, 1150)


def test_days_without_any_numbers_have_cost_all_the_same(shop: Merchant, boost: Boost) -> None:
    delivered(boost, day(20), 400)
    for form in ("csv", "json", "table"):
        assert re.search(r"4\.00|400", printed(shop, form, by="day")), form
    assert "Boosts cost ¥4.00 on these days" in printed(shop, "table", by="day")
    told = json.loads(printed(shop, "json", by="day"))["total"]
    assert (told["spend"], told["credited_gmv"]) == (400, None)


@pytest.mark.parametrize("is_descending", [True, False])
@pytest.mark.parametrize("metric", [metrics.SPEND, metrics.CPM, metrics.ALL_ROI, metrics.OWN_ROI])
@pytest.mark.parametrize("by", [By.BOOST, By.NOTE])
def test_postgresql_puts_rows_in_the_order_of_their_cost(
    shop: Merchant, spent: Boost, by: By, metric: Any, is_descending: bool
) -> None:
    rows = answer(asked(shop, by)).rows.in_order(metric, is_descending=is_descending)
    values = [metric.of(row.sums) for row in rows]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=is_descending)
    assert values[: len(known)] == known
    # By boost what is organic is a row, too, which costs nothing.
    assert len(values) == (3 if by == By.BOOST else 2)


def test_who_has_spent_nothing_reads_of_no_cost(
    shop: Merchant, sunscreen: Listing, django_assert_num_queries: Any
) -> None:
    [yesterday] = publish(shop, day(20))
    credit(yesterday, sunscreen, "order", value_fen=100)
    report = answer(asked(shop))
    assert not {metric.code for metric in report.columns_in_files} & {"spend", "cpm"}
    spending = report.facts.spending
    with django_assert_num_queries(0):
        assert not spending.by(By.NOTE)
        assert not spending.total().spent


def test_the_journal_tells_of_now_what_the_days_tell(shop: Merchant, sunscreen: Listing) -> None:
    """Seeded worlds: corrections up and down, hours in any order, three payers."""
    some = random.Random(11)
    for _world in range(4):
        one = boost_of(
            sunscreen.note, cash_fen=some.randint(1, 900), partner=some.randint(0, 400),
            platform=some.randint(0, 400),
        )  # fmt: skip
        left = sum(line.amount_fen for line in lines.of(one))
        for _row in range(12):
            fen = some.randint(0, left // 8)
            delivered(one, day(some.randint(16, 22)), fen, hour=some.randint(0, 23))
    for first, last in ((22, 16), (20, 18), (19, 19)):
        now = Question(shop, day(first), day(last), by=By.BOOST)
        then = Question(shop, day(first), day(last), by=By.BOOST, as_of=clock.now())
        for by in (By.BOOST, By.NOTE, By.DAY):
            known, kept = (spend.Spending(one, ()).by(by) for one in (now, then))
            assert {k: s.spent for k, s in known.items()} == {k: s.spent for k, s in kept.items()}


def test_what_was_given_is_given_again_whatever_the_ad_server_says_later(
    shop: Merchant, spent: Boost
) -> None:
    given = {form: printed(shop, form, by="boost") for form in ("csv", "json")}
    moment = json.loads(given["json"])["as_of"]
    csv_moment = given["csv"].splitlines()[1].rpartition(",")[2]
    delivered(spent, day(19), 450)
    delivered(spent, day(20), 900, hour=4)
    again = {
        "csv": printed(shop, "csv", by="boost", as_of=commands.moment(csv_moment)),
        "json": printed(shop, "json", by="boost", as_of=commands.moment(moment)),
    }
    assert again == given
    assert json.loads(printed(shop, "json", by="boost"))["total"]["spend"] == 1800


BARE = re.compile(r"ROI|CPUV")
NAMES = [
    name
    for metric in (*metrics.BROUGHT, *metrics.BROUGHT_FOR_ALL, *metrics.UNMEASURED)
    for name in (metric.zh, metric.en)
    if BARE.search(name)
]


def bare(text: str) -> list[str]:
    """Where a text says ROI or CPUV without saying which."""
    # A name that begins like a shorter one is found first.
    for name in sorted(NAMES, key=len, reverse=True):
        text = text.replace(name, "")
    return BARE.findall(text)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_file_says_roi_or_cpuv_without_saying_which(
    client_of: ClientOf, alice: User, shop: Merchant, spent: Boost, language: str
) -> None:
    client = client_of(alice)
    client.cookies["django_language"] = language
    with translation.override(language):
        files = [
            printed(shop, form, by=by.value, time_base=base.value)
            for form in ("csv", "json", "table") for by in By for base in TimeBase
        ]  # fmt: skip
    objects = {"boost": spent.pk, "note": spent.note_id}
    addresses = [
        reverse("reports:report-models", args=[shop.code]),
        *(reverse("reports:report-object", args=[shop.code, *one]) for one in objects.items()),
    ]
    days: Any = {"first_on": day(20), "last_on": day(19), "time_base": "touch"}
    for address in addresses:
        for form in ("csv", "json"):
            found: Any = client.get(address, {**days, "export": form})
            files.append(b"".join(found).decode("utf-8-sig"))
    assert [bare(text) for text in files] == [[]] * len(files)
    assert any(name in "".join(files) for name in NAMES)
    # The twin: a name that leaves out which.
    assert bare("ROI") == ["ROI"]
    assert bare("Own-cash ROI") == ["ROI"]


def test_what_nobody_measures_has_a_name_and_no_number(shop: Merchant, spent: Boost) -> None:
    row = in_csv(printed(shop, "csv", by="boost"))[spent.external_id]
    assert [row[one.code] for one in metrics.UNMEASURED] == ["", "", ""]
    assert all("Not measured" in str(one.formula) for one in metrics.UNMEASURED)


def test_an_order_of_unknown_value_is_counted_beside_the_ratio(
    shop: Merchant, sunscreen: Listing, spent: Boost
) -> None:
    [another] = publish(shop, day(18))
    credit(another, sunscreen, "order", boost_id=spent.pk)
    report = answer(Question(shop, day(20), day(18), by=By.BOOST, time_base=TimeBase.TOUCH))
    assert metrics.UNPRICED_BOOSTED.of(report.total) == MICRO
    assert metrics.BOOSTED_GMV.of(report.total) == 3000
