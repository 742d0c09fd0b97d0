"""A part that comes too late, a control that has gone, and whose trouble it is that is told."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from portal.accounts.models import User
from tests.browser import PageOf
from tests.part_table import FILTER, SORT

# What a person waits for at most, in ms: the browser counts it, and the clock of a page cannot.
MOST = 30_000


@pytest.fixture
def listings(page_of: PageOf, world: dict[str, Any], alice: User) -> Page:
    page = page_of(alice)
    page.clock.install()
    page.goto(reverse("merchants:listing-list", args=[world["merchant"].code]))
    return page


def held(page: Page) -> list[Route]:
    """What is asked of the server from now on gets no answer."""
    routes: list[Route] = []
    page.route("**/listings/?*", lambda route: routes.append(route))
    return routes


def test_what_takes_too_long_is_told_and_the_control_comes_back(listings: Page) -> None:
    page, sort = listings, SORT.on(listings)
    assert page.evaluate("htmx.config.timeout") == MOST
    page.evaluate("htmx.config.timeout = 100")
    held(page)
    SORT.use(sort)
    expect(page.locator("#trouble")).to_contain_text("This takes too long")
    expect(page.locator("#table")).not_to_have_attribute("aria-busy", "true")
    expect(sort).to_be_focused()
    page.unroute_all(behavior="ignoreErrors")
    page.evaluate(f"htmx.config.timeout = {MOST}")
    page.locator("#table").evaluate("part => { part.dataset.old = 'yes'; }")
    page.locator("[data-trouble-retry]").press("Enter")
    expect(page.locator("#table[data-old]")).to_have_count(0)
    expect(page.locator("#trouble")).to_be_hidden()


def test_who_waits_for_a_second_hears_it(listings: Page) -> None:
    page = listings
    routes = held(page)
    SORT.use(SORT.on(page))
    expect(page.locator("#table")).to_have_attribute("aria-busy", "true")
    page.clock.run_for(1000)
    expect(page.locator("#said")).to_have_text("Loading…")
    routes[0].continue_()
    page.clock.run_for(1000)
    expect(page.locator("#said")).not_to_have_text("Loading…")


def test_where_the_control_has_gone_the_part_has_the_focus(listings: Page) -> None:
    def without_it(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub(r'<a class="sort"[^>]*>', "<a>", answer.text()))

    page = listings
    page.route("**/listings/?*", without_it)
    SORT.use(SORT.on(page))
    page.clock.run_for(1000)
    expect(page.locator("#table")).to_be_focused()


def test_each_trouble_says_which_control_it_is_about(listings: Page) -> None:
    page, trouble = listings, listings.locator("#trouble")
    page.route("**/listings/?*", lambda route: route.fulfill(status=500, body="no"))
    for way, name in ((SORT, str(SORT.on(page).text_content()).strip()), (FILTER, "Filter")):
        way.use(way.on(page))
        expect(trouble.locator(".text-secondary")).to_have_text(name)
        expect(way.on(page)).to_have_attribute("data-troubled", "yes")
        expect(page.locator("[data-troubled]")).to_have_count(1)
    trouble.locator("[data-trouble-close]").press("Enter")
    expect(page.locator("[data-troubled]")).to_have_count(0)
