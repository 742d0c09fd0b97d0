"""An outside listing goes live: opening, second signature, application, approval, and a click."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from playwright.sync_api import expect

from merchants.companies.models import Merchant
from merchants.links import click_ids, spool
from merchants.listings.models import Listing
from merchants.rulechanges.models import RuleChange
from portal.accounts.models import User
from tests.browser import PageOf
from tests.journeys.walk import Walk

PHONE_APP = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"


def test_from_an_opening_to_a_reader_at_the_marketplace(
    walk_as: Callable[[User], Walk],
    page_of: PageOf,
    alice: User,
    admin: User,
    second_admin: User,
    listing: Listing,
    pdf: Path,
) -> None:
    first, second, owner = walk_as(admin), walk_as(second_admin), walk_as(alice)
    _propose(first)
    _sign(second)
    _apply(owner, listing.merchant, pdf)
    _approve(second)
    owner.open(listing.get_absolute_url())
    owner.press("Publish")
    owner.sees("Live: readers of the note see the product now.")
    _click(page_of, listing)


def _propose(first: Walk) -> None:
    first.open("/platform/changes/")
    first.follow("Propose a change")
    for box in ("Red Cat plan", "Beauty and care", "Note body", "Tmall"):
        first.page.get_by_label(box, exact=True).check()
    first.fill(rule="Open", reason="首批开放美妆个护类目")
    first.press("Show what it does")
    first.sees("Two persons have to say yes")
    first.press("Propose")
    first.sees("Another admin has to sign what you proposed.")
    expect(first.main.get_by_role("button", name="Sign")).to_have_count(0)


def _sign(second: Walk) -> None:
    second.open(f"/platform/changes/{RuleChange.objects.get().pk}/")
    second.follow("Read and decide")
    second.page.get_by_label("Sign").check()
    second.press("Decide")
    second.sees("Decided: Sign.")


def _apply(owner: Walk, brand: Merchant, pdf: Path) -> None:
    owner.open(f"/m/{brand.code}/openings/")
    owner.sees("Beauty and care")
    owner.open(f"/m/{brand.code}/applications/new/")
    owner.fill(programme="Red Cat plan", category="Beauty and care / Skin care")
    owner.attach("document", pdf)
    owner.press("Hand in")
    owner.sees("Waiting for a decision")


def _approve(second: Walk) -> None:
    second.open("/platform/applications/")
    second.follow("杭州浅山集化妆品有限公司")
    second.page.get_by_label("Approve").check()
    second.press("Decide")
    second.sees("Decided: Approve.")


def _click(page_of: PageOf, listing: Listing) -> None:
    """A reader without an account follows the link; nothing leaves for the marketplace in tests."""
    reader = page_of(None).request
    answer = reader.get(f"/l/{listing.code}", max_redirects=0, headers={"User-Agent": PHONE_APP})
    assert answer.status == 302
    target = urlsplit(answer.headers["location"])
    assert (target.scheme, target.hostname) == ("https", "detail.tmall.com")
    asked = parse_qs(target.query)
    assert asked["id"] == ["687654321098"]

    (spooled,) = spool.rotate()
    (click,) = [json.loads(line) for line in spooled.read_text().splitlines()]
    assert (click["kind"], click["listing_id"]) == ("click", str(listing.pk))
    assert asked["nl_click"] == [click["event_id"]]
    assert click_ids.read("click", click["event_id"])
    assert spooled.is_relative_to(settings.VAR_DIR)
