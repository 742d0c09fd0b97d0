"""Paper and phone are media of their own: nothing is cut, and paper has only what was found."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from playwright.sync_api import Page

from portal import clock, words
from portal.accounts.models import User
from tests.browser import PHONE, PageOf, fits

World = dict[str, Any]
ClientOf = Callable[[User], Client]
# Of A4 without its margins, in CSS pixels.
UPRIGHT, ACROSS = 703, 1047
LANGUAGES = ["en", "zh-hans"]

# On phones the heads of a list are one row of buttons, which scrolls.
FIGURES = "td, dd, .h1, canvas, .subheader"
CUT = """(which) => [...document.querySelectorAll(which)]
    .filter((one) => one.getClientRects().length && !one.closest('.visually-hidden'))
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1
        || one.getBoundingClientRect().left < -1 || one.scrollWidth > one.clientWidth + 1)
    .map((one) => one.outerHTML.slice(0, 200))"""
TO_PRESS = """() => [...document.querySelectorAll(
    'nav, aside, form, button, input, select, textarea, .btn, summary')]
    .filter((one) => one.getClientRects().length).map((one) => one.outerHTML.slice(0, 200))"""

INK = """() => [getComputedStyle(document.body).color,
    getComputedStyle(document.body).backgroundColor]"""


def printed(page: Page, url: str, width: int) -> None:
    """The page as it is laid out on paper that is so wide."""
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(url)
    page.emulate_media(media="print")


def _pages_of(world: World) -> list[tuple[str, str, int]]:
    """Who prints what, and how wide the paper is."""
    merchant, change = world["merchant"].code, world["rulechange"].pk
    return [
        ("owner", reverse("reports:report-detail", args=[merchant]), ACROSS),
        ("owner", reverse("reports:report-models", args=[merchant]), ACROSS),
        ("owner", reverse("campaigns:wallet-detail", args=[merchant]), UPRIGHT),
        ("owner", reverse("campaigns:invoice-list", args=[merchant]), UPRIGHT),
        ("owner", reverse("campaigns:statement-detail", args=[merchant, world["month"]]), UPRIGHT),
        ("owner", reverse("accounts:team-audit", args=[world["team"].pk]), UPRIGHT),
        ("admin", reverse("merchants:rulechange-list"), UPRIGHT),
        ("admin", reverse("merchants:rulechange-detail", args=[change]), UPRIGHT),
        ("admin", reverse("campaigns:fairness-list"), ACROSS),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_has_all_that_was_found_and_nothing_to_press(
    page_of: PageOf, sold: World, cast: dict[str, User | None], language: str
) -> None:
    windows = {
        who: page_of(cast[who], language=language, theme="dark") for who in ("owner", "admin")
    }
    for who, url, width in _pages_of(sold):
        page = windows[who]
        printed(page, url, width)
        fits(page)
        assert page.evaluate(CUT, f"{FIGURES}, th") == [], url
        assert page.evaluate(TO_PRESS) == [], url
        assert str(cast[who]) in page.locator(".on-paper").first.inner_text()
        assert (
            page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        )
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_paper_says_what_was_asked(page_of: PageOf, sold: World, alice: User) -> None:
    page = page_of(alice)
    report = reverse("reports:report-detail", args=[sold["merchant"].code])
    printed(page, f"{report}?by=listing", ACROSS)
    said = page.locator("#report .on-paper").first.inner_text()
    assert "Model: Last touch" in said
    assert "Broken down by: Listing" in said
    audit = reverse("accounts:team-audit", args=[sold["team"].pk])
    printed(page, f"{audit}?label=cream", UPRIGHT)
    assert page.locator("section .on-paper").inner_text() == "On what: cream"


def test_paper_says_whose_site_it_was_and_when_the_page_was_opened(
    client_of: ClientOf, sold: World, alice: User, settings: Any
) -> None:
    """Until when the numbers go is another moment, which the report tells."""
    settings.SITE_NAME = "Redleaf"
    opened = clock.now()
    with clock.at(opened):
        page = client_of(alice).get(
            reverse("campaigns:wallet-detail", args=[sold["merchant"].code])
        )
    [said] = re.findall('<p class="on-paper mb-1">(.*?)</p>', page.content.decode())
    assert strip_tags(said) == f"Redleaf · opened at {words.instant(opened)} · printed by {alice}"


def test_paper_says_what_narrowed_the_rows_that_came_without_the_page(
    page_of: PageOf, sold: World, alice: User
) -> None:
    page = page_of(alice)
    page.goto(reverse("accounts:team-audit", args=[sold["team"].pk]))
    page.locator("#filter [name=label]").fill("cream")
    page.locator("#filter .btn-primary").click()
    page.wait_for_url("**label=cream**")
    page.emulate_media(media="print")
    page.locator("#table .on-paper", has_text="On what: cream").wait_for()
    page.emulate_media(media="screen")
    page.goto(reverse("reports:report-detail", args=[sold["merchant"].code]))
    page.locator("#find").fill("cream")
    page.wait_for_url("**q=cream**")
    page.emulate_media(media="print")
    page.locator("#table .on-paper", has_text="Find a row: cream").wait_for()


def test_a_report_is_printed_across_and_a_wallet_upright(
    page_of: PageOf, sold: World, alice: User
) -> None:
    page = page_of(alice)
    for url, is_across in [
        (reverse("reports:report-detail", args=[sold["merchant"].code]), True),
        (reverse("campaigns:wallet-detail", args=[sold["merchant"].code]), False),
    ]:
        page.goto(url)
        paper = pikepdf.open(BytesIO(page.pdf(prefer_css_page_size=True)))
        boxes = [[float(side) for side in one.mediabox] for one in paper.pages]
        assert all((right > top) is is_across for _left, _bottom, right, top in boxes)
        assert {round(max(box)) for box in boxes} == {842}


def test_a_chart_on_paper_is_in_its_card_and_a_list_begins_on_the_first_sheet(
    page_of: PageOf, sold: World, alice: User
) -> None:
    page = page_of(alice)
    report = reverse("reports:report-detail", args=[sold["merchant"].code])
    printed(page, report, ACROSS)
    chart = page.locator(".chart canvas").first
    card = page.locator(".card", has=chart)
    drawn, around = chart.bounding_box(), card.bounding_box()
    assert drawn
    assert around
    assert drawn["height"] > 200
    assert drawn["y"] + drawn["height"] <= around["y"] + around["height"]
    printed(page, reverse("accounts:team-audit", args=[sold["team"].pk]), UPRIGHT)
    listed = page.locator(".card", has=page.locator("tbody"))
    assert listed.evaluate("card => getComputedStyle(card).breakInside") == "auto"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_shows_the_totals_first_and_cuts_no_figure(
    page_of: PageOf, sold: World, alice: User, language: str
) -> None:
    page = page_of(alice, language=language, width=PHONE)
    for name in ("report-detail", "report-models"):
        page.goto(reverse(f"reports:{name}", args=[sold["merchant"].code]))
        fits(page)
        assert page.evaluate(CUT, FIGURES) == []
        bars = [page.locator(bar).bounding_box() for bar in (".navbar-vertical", ".topbar")]
        assert all(bar and bar["y"] + bar["height"] <= 60 for bar in bars), "one bar at the top"
    page.goto(reverse("reports:report-detail", args=[sold["merchant"].code]))
    totals = [total.bounding_box() for total in page.locator(".total").all()]
    assert len(totals) == 4
    assert all(box and box["y"] + box["height"] <= 640 for box in totals)
    tabs = [tab.bounding_box() for tab in page.locator(".nav-tabs .nav-item").all()]
    assert len({round(tab["y"]) for tab in tabs if tab}) == 1


def test_the_question_of_a_report_opens_on_a_phone_with_and_without_scripts(
    page_of: PageOf, sold: World, alice: User, new_context: Callable[..., Any]
) -> None:
    report = reverse("reports:report-detail", args=[sold["merchant"].code])
    page = page_of(alice, width=PHONE)
    page.goto(report)
    assert not page.locator("#question").is_visible()
    page.locator("#ask").press("Enter")
    page.locator("#question #id_model").wait_for()
    bare = new_context(
        java_script_enabled=False, storage_state=page.context.storage_state(),
        base_url=page.url.partition("/m/")[0], viewport={"width": PHONE, "height": 640},
    ).new_page()  # fmt: skip
    bare.goto(report)
    bare.locator("#ask").click()
    assert bare.locator("#question #id_model").is_visible()
