import csv
import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from playwright.sync_api import expect

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from portal.jobs.models import JobState
from portal.jobs.queue import run_now
from portal.ui import prepared
from reports.answers.question import By
from reports.attribution.choices import Model
from reports.metrics import registry as metrics
from reports.tests.factory import conversion, credit, day, publish, touch
from tests.browser import PHONE, PageOf, accessible, fits


@pytest.fixture
def published(shop: Merchant, sunscreen: Listing, lipstick: Listing) -> None:
    """Three computed days: sunscreen sold for ¥5.00, one order of lipstick has no known value."""
    days = publish(shop, day(3), day(2), day(1))
    for report_day in days:
        touch(report_day, sunscreen, "view", touchpoints=400)
        touch(report_day, lipstick, "view", touchpoints=100)
        touch(report_day, sunscreen, "click", touchpoints=7)
    credit(days[0], sunscreen, "order", value_fen=500)
    credit(days[0], lipstick, "order", value_fen=None)
    conversion(days[0], sunscreen, level="product", value_fen=500)
    conversion(days[0], lipstick, level="product", value_fen=None)
    conversion(days[0], sunscreen, conversions=2, value_fen=900)


def address(merchant: Merchant, **asked: Any) -> str:
    asked = {"first_on": day(3).isoformat(), "last_on": day(1).isoformat(), **asked}
    return reverse("reports:report-detail", args=[merchant.code], query=asked)


def test_alice_sees_what_her_notes_sold(
    client_of: Any, alice: User, shop: Merchant, published: None
) -> None:
    page = client_of(alice).get(address(shop)).content.decode()
    assert "¥5.00" in page
    assert "2 of 4 orders matched" in page
    assert "Why Sunscreen" in page
    assert "All 3 days are complete and up to date" in page


def test_the_chart_says_each_value_as_the_page_does(
    client_of: Any, alice: User, shop: Merchant, published: None
) -> None:
    answer = client_of(alice).get(address(shop, first_on=day(4).isoformat()))
    gmv, orders = json.loads(answer.context["page"].chart)["series"]
    assert gmv["texts"] == ["–", "¥5.00, 1 of unknown value", "¥0.00", "¥0.00"]
    assert orders["texts"] == ["–", "2", "0", "0"]


def test_every_question_has_one_full_address(
    client_of: Any, alice: User, shop: Merchant, published: None
) -> None:
    for by in By:
        for model in Model:
            url = address(shop, by=by, model=model, window_days=30, sort="-reads", q="Why")
            assert client_of(alice).get(url).status_code == 200


def test_a_row_is_found_by_a_part_of_its_name(
    client_of: Any, alice: User, shop: Merchant, published: None
) -> None:
    page = client_of(alice).get(address(shop, q="sunscr")).content.decode()
    assert "Why Sunscreen" in page
    assert "Why Lipstick" not in page


def test_htmx_gets_the_table_alone(
    client_of: Any, alice: User, shop: Merchant, published: None
) -> None:
    part = client_of(alice).get(
        address(shop, sort="reads"), HTTP_HX_REQUEST="true", HTTP_HX_TARGET="table"
    )
    page = part.content.decode()
    assert page.index("Why Lipstick") < page.index("Why Sunscreen")
    assert page.strip().startswith('<div id="table"')


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"first_on": "yesterday"}, "Write a day as 2023-08-31."),
        ({"first_on": "1970-01-01"}, "Reports begin on 2013-01-01."),
        ({"last_on": "2999-01-01"}, "Reports end today"),
        ({"first_on": day(1).isoformat(), "last_on": day(2).isoformat()}, "on or after the first"),
        ({"first_on": day(401).isoformat()}, "A report covers at most 400 days"),
        ({"model": "magic"}, "magic"),
        ({"window_days": "2"}, "2 is not one of"),
        ({"by": "reader"}, "reader"),
    ],
)
def test_a_question_that_cannot_be_answered_is_kept_and_explained(
    client_of: Any, alice: User, shop: Merchant, asked: dict[str, str], sentence: str
) -> None:
    answer = client_of(alice).get(address(shop, **asked))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    for typed in asked.values():
        assert typed in answer.content.decode()


def test_days_without_a_computation_are_a_gap(
    client_of: Any, alice: User, shop: Merchant, published: None
) -> None:
    page = client_of(alice).get(address(shop, first_on=day(5).isoformat())).content.decode()
    assert "2 days not computed" in page


def test_before_the_first_computation_nothing_is_zero(
    client_of: Any, alice: User, shop: Merchant
) -> None:
    page = client_of(alice).get(address(shop)).content.decode()
    assert "These days have no numbers yet" in page
    assert "¥0.00" not in page


def test_a_stranger_cannot_find_it(client_of: Any, charlie: User, shop: Merchant) -> None:
    assert client_of(charlie).get(address(shop)).status_code == 404


def test_the_export_is_what_the_command_prints(
    client_of: Any, alice: User, shop: Merchant, published: None
) -> None:
    with clock.at(clock.now()):
        for by in By:
            answer = client_of(alice).get(address(shop, by=by, export="csv"))
            exported = b"".join(answer.streaming_content).decode("utf-8-sig")
            assert exported == printed(shop, by=by, format="csv")


def test_the_export_of_a_long_report_is_a_file_with_the_same_lines(
    client_of: Any, alice: User, shop: Merchant, published: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "MOST_ROWS", 1)
    with clock.at(clock.now()):
        for by in (By.NOTE, By.DAY):
            answer = client_of(alice).get(address(shop, by=by, export="csv"), follow=True)
            export = answer.context["export"]
            assert run_now(export.job).state == JobState.DONE
            export.refresh_from_db()
            whole = export.path.read_bytes().decode("utf-8-sig")
            assert whole == printed(shop, by=by, format="csv")


def test_every_column_of_the_export_names_its_metric(shop: Merchant, published: None) -> None:
    head, *rows = csv.reader(io.StringIO(printed(shop, format="csv")))
    codes = [name.split("[")[1].rstrip("]") for name in head if "[" in name]
    assert codes == [metric.code for metric in metrics.in_files(metrics.BREAKDOWN)]
    assert not {"ROI", "CPUV"} & set(" ".join(head).replace("[", " ").split())
    worth = {row[1]: row[head.index("Credited GMV (¥) [credited_gmv]")] for row in rows}
    assert worth == {"Why Sunscreen": "5.00", "Why Lipstick": ""}


def test_the_command_prints_a_table_and_json(shop: Merchant, published: None) -> None:
    assert "Matched orders: 2" in printed(shop)
    assert '"credited_gmv": 500' in printed(shop, format="json")


@pytest.mark.parametrize(("locale", "head"), [("C", "Placement"), ("zh_CN.UTF-8", "挂载位置")])
def test_the_table_speaks_the_terminals_language_and_json_none(
    shop: Merchant, published: None, monkeypatch: pytest.MonkeyPatch, locale: str, head: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert printed(shop, by=By.PLACEMENT).startswith(head)
    assert '"name": "Note body"' in printed(shop, by=By.PLACEMENT, format="json")


def test_the_command_refuses_in_one_line(shop: Merchant) -> None:
    with pytest.raises(CommandError, match="There is no merchant “nobody”") as refused:
        printed(shop, merchant="nobody")
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match="on or after") as refused:
        printed(shop, first_on=day(1), last_on=day(2))
    assert refused.value.returncode == 2


def printed(shop: Merchant, **asked: Any) -> str:
    """What `manage.py report` prints."""
    said = io.StringIO()
    merchant = asked.pop("merchant", shop.code)
    asked = {"first_on": day(3), "last_on": day(1), **asked}
    call_command("report", merchant, **asked, stdout=said)
    return said.getvalue()


@pytest.mark.parametrize("by", By)
def test_the_page_takes_a_bounded_number_of_queries(
    client_of: Any,
    alice: User,
    shop: Merchant,
    published: None,
    by: By,
    django_assert_max_num_queries: Any,
) -> None:
    client = client_of(alice)
    # One of them is what is assumed of sales, one whether there are campaigns to choose from.
    with django_assert_max_num_queries(28):
        client.get(address(shop, by=by))


def test_names_of_metrics_carry_their_definition(
    client_of: Any, alice: User, shop: Merchant, published: None
) -> None:
    page = client_of(alice).get(address(shop)).content.decode()
    for metric in metrics.BREAKDOWN:
        assert f'aria-describedby="metric-{metric.code}"' in page
        assert f'id="metric-{metric.code}"' in page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_works_for_everyone(
    page_of: PageOf, alice: User, shop: Merchant, published: None, language: str, theme: str
) -> None:
    page = page_of(alice, language=language, theme=theme, width=PHONE)
    page.goto(address(shop))
    page.wait_for_selector("[data-chart] canvas")
    accessible(page)
    fits(page)


def test_changing_the_model_changes_the_address_and_the_table(
    page_of: PageOf, alice: User, shop: Merchant, published: None
) -> None:
    page = page_of(alice)
    page.goto(address(shop))
    page.select_option("#id_model", "linear")
    page.wait_for_url("**model=linear**")
    page.wait_for_selector("text=Model: Linear >> visible=true")


def test_alice_sorts_finds_and_turns_without_losing_an_address(
    page_of: PageOf, alice: User, shop: Merchant, published: None
) -> None:
    page = page_of(alice)
    page.goto(address(shop, by="listing"))
    first = page.locator("#table tbody tr").first
    page.click("th[data-metric=reads] a")
    page.wait_for_url("**sort=-reads**")
    expect(first).to_contain_text("Sunscreen")
    page.fill("input[name=q][type=search][form=question]", "lip")
    expect(first).to_contain_text("Lipstick")
    page.wait_for_url("**q=lip**")
    page.reload()
    expect(first).to_contain_text("Lipstick")
    expect(page.locator("#table tbody tr")).to_have_count(1)
    page.click("text=As a table")
    page.wait_for_url("**by=day**")
    expect(page.locator("#table tbody tr")).to_have_count(3)


def test_a_name_reached_by_keyboard_shows_what_it_means(
    page_of: PageOf, alice: User, shop: Merchant, published: None
) -> None:
    page = page_of(alice)
    page.goto(address(shop))
    page.focus("a.metric[data-metric=credited_gmv]")
    expect(page.locator(".metric-bubble:popover-open")).to_contain_text("split by the model")
    page.keyboard.press("Escape")
    expect(page.locator(".metric-bubble:popover-open")).to_have_count(0)


def test_hovering_a_header_shows_what_the_number_means(
    page_of: PageOf, alice: User, shop: Merchant, published: None
) -> None:
    page = page_of(alice)
    page.goto(address(shop))
    page.hover("th[data-metric=credited_net_gmv]")
    bubble = page.locator(".metric-bubble:popover-open")
    expect(bubble).to_contain_text("minus credited refunds")
    page.evaluate("document.dispatchEvent(new Event('scroll'))")
    expect(bubble).to_be_visible()
