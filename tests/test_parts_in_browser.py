"""What a person meets when a part of a page cannot be had, at every address that has parts.

The page stays as it is, the person is told in words and led on, and the focus stays where it was.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from portal.accounts.models import User
from tests.browser import PageOf
from tests.part_table import FILTER, FOUND, JOB, SORT, WAYS, Way
from tests.permission_table import PERSONAS, ROWS, address

World = dict[str, Any]
Cast = dict[str, User | None]
ClientOf = Callable[[User], Client]
ASKS = re.compile(r"\bhx-(?:get|post|put|patch|delete)=")
# Their parts have a test each.
APART = {"reports:report-detail", "reports:report-models", "jobs:job-progress"}


def _pages(world: World, cast: Cast, client_of: ClientOf) -> Iterator[tuple[str, str]]:
    """Every page that asks for parts, the report apart: who may look, and its address."""
    clients = {who: client_of(user) if user else Client() for who, user in cast.items()}
    for row in ROWS:
        if row.reader and row.url_name not in APART:
            url = address(row, world) + row.query
            answer: Any = clients[row.reader].get(url)
            if not answer.streaming and ASKS.search(answer.content.decode("utf-8", "replace")):
                yield row.reader, url


def _stays(page: Page, way: Way, part: Any, said: str, context: str) -> None:
    """Use the way, meet the trouble, and find the page as it was."""
    before = part.inner_text()
    way.use(way.on(page))
    trouble = page.locator("#trouble")
    expect(trouble, context).to_contain_text(said)
    assert part.inner_text() == before, context
    expect(part, context).not_to_have_attribute("aria-busy", "true")
    if way is not JOB:
        trouble.locator("[data-trouble-close]").press("Enter")
        expect(trouble, context).to_be_hidden()


def _forbidden_to(who: str, world: World) -> str:
    at = PERSONAS.index(who)
    row = next(row for row in ROWS if row.method == "GET" and row.statuses[at] == 403)
    return address(row, world)


def _in_trouble(page: Page, way: Way, url: str, forbidden: str) -> None:
    """Each trouble there is, one after the other, on the one page."""
    part = page.locator(way.on(page).get_attribute("hx-target") or way.selector)
    origin, path = page.url.split("/", 3)[:3], url.partition("?")[0]

    def answered(how: Callable[[Route], None], said: str, context: str) -> None:
        page.route(f"**{path}*", how)
        _stays(page, way, part, said, f"{url} {way}: {context}")
        page.unroute(f"**{path}*")

    def slowly(route: Route) -> None:
        expect(part).to_have_attribute("aria-busy", "true")
        route.fulfill(status=502, body=refused)

    home = "/".join(origin)
    refused = "<html><body><h1>Not this</h1></body></html>"
    answered(lambda route: route.abort(), "No connection", "offline")
    answered(lambda route: route.fulfill(status=500, body=refused), "on our side", "500")
    answered(lambda route: route.fulfill(status=422, body=refused), "not accepted", "422")
    answered(lambda route: route.continue_(url=f"{home}/no-such-page/"), "no such page", "404")
    answered(lambda route: route.continue_(url=home + forbidden), "may not do this", "403")
    answered(slowly, "on our side", "slow")


def _signed_out(page: Page, way: Way, url: str) -> None:
    """The session ends, and begins again."""
    part = page.locator(way.on(page).get_attribute("hx-target") or way.selector)
    cookies = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    way.use(way.on(page))
    lead = page.locator("#trouble a")
    expect(lead, f"{url} {way}: signed out").to_have_text("Sign in")
    assert "/accounts/login/?next=%2F" in str(lead.get_attribute("href")), url
    expect(part).to_be_visible()
    page.context.add_cookies(cookies)  # type: ignore[arg-type]


def _works(page: Page, way: Way, url: str) -> None:
    """Used by keyboard the part comes, the trouble goes, and the focus is where it was."""
    target = way.on(page).get_attribute("hx-target") or way.selector
    page.locator(target).evaluate("part => { part.dataset.old = 'yes'; }")
    way.use(way.on(page))
    expect(page.locator(f"{target}[data-old]"), f"{url} {way}").to_have_count(0)
    expect(page.locator("#trouble")).to_be_hidden()
    if way is not JOB:
        focused = page.evaluate("document.activeElement.outerHTML")
        assert page.evaluate("document.activeElement !== document.body"), f"{url} {way}"
        assert page.locator("[hx-get]:focus, form[hx-get] :focus").count() == 1, focused
    says = page.locator(target).get_attribute("data-says")
    if says:
        expect(page.locator("#said")).to_have_text(says)


def _whole_contract(page: Page, way: Way, url: str, forbidden: str) -> None:
    _in_trouble(page, way, url, forbidden)
    _signed_out(page, way, url)
    _works(page, way, url)


def test_every_list_keeps_the_contract_of_parts(
    page_of: PageOf, world: World, cast: Cast, client_of: ClientOf
) -> None:
    window_of = cache(lambda who: page_of(cast[who]))
    met: Counter[Way] = Counter()
    for who, url in _pages(world, cast, client_of):
        page = window_of(who)
        page.goto(url)
        ways = [way for way in (FILTER, SORT, FOUND) if way.on(page).count()]
        _whole_contract(page, ways[0], url, _forbidden_to(who, world))
        for way in ways[1:]:
            _works(page, way, url)
        met.update(ways)
        known = page.locator(",".join(way.selector for way in WAYS)).count()
        assert page.locator("[hx-get]").count() <= known, url
    assert min(met[SORT], met[FILTER]) > 5
    assert met[FOUND] > 2


def test_every_other_part_keeps_the_contract(page_of: PageOf, sold: World, alice: User) -> None:
    page, forbidden = page_of(alice), _forbidden_to("owner", sold)
    # By note, so that there is something to find, and so few at once that there is a second page.
    report = reverse("reports:report-detail", args=[sold["merchant"].code])
    for way in set(WAYS) - {SORT, FILTER, FOUND}:
        url = sold["job"].get_absolute_url() if way is JOB else f"{report}?by=note&per_page=10"
        page.goto(url)
        _whole_contract(page, way, url, forbidden)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (413, "Send less at once"),
        (414, "keep a few words"),
        (431, "keep a few words"),
        (429, "Wait a moment"),
    ],
)
def test_what_is_too_large_to_be_read_is_to_be_made_smaller_not_sent_again(
    status: int, said: str, page_of: PageOf, world: World, alice: User
) -> None:
    page, url = page_of(alice), reverse("merchants:listing-list", args=[world["merchant"].code])
    page.goto(url)
    page.route(f"**{url}*", lambda route: route.fulfill(status=status, body="<p>No.</p>"))
    FILTER.use(FILTER.on(page))
    trouble = page.locator("#trouble")
    expect(trouble).to_contain_text(said)
    expect(trouble.locator("[data-trouble-retry]")).to_have_count(1 if status == 429 else 0)


def test_every_element_that_asks_for_a_part_has_a_row() -> None:
    found = Counter[str]()
    for path in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html")):
        found[str(path.relative_to(settings.BASE_DIR / "templates"))] += len(
            ASKS.findall(path.read_text("utf-8"))
        )
    assert +found == Counter(way.template for way in WAYS)
