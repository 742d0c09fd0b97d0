"""States that the permission table's world does not show, in a real browser: boosts that came back,
wait or run are accessible and as wide as the window."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.boosts import decisions, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.funds.models import Fund
from campaigns.tests.conftest import RequestBoost
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import User
from tests.browser import DESKTOP, PHONE, PageOf, accessible, fits

COMBINATIONS = [
    ("en", "light", DESKTOP),
    ("zh-hans", "dark", PHONE),
]


@pytest.fixture
def returned(money: None, fund: Fund, a_boost: RequestBoost, alice: User, manager: User) -> Boost:
    """A boost that came back, beside one that waits and one that runs."""
    today = clock.today()
    plan = {"starts_on": today, "ends_on": today + timedelta(days=6)}
    running, back = (
        boosts.submit(a_boost(fund=fund, grant_fen=20_000, **plan), by=alice) for _ in range(2)
    )
    boosts.submit(a_boost(**plan), by=alice)
    decisions.approve(running, version=running.version, by=manager)
    schedule.start_due()
    return decisions.send_back(
        back,
        version=back.version,
        field="budget",
        reason="Too little for a video.",
        by=manager,
    )


def paths(merchant: Merchant, returned: Boost) -> dict[str, list[str]]:
    """Every page by who looks at it."""
    shop = [merchant.code]
    own = [merchant.code, returned.pk]
    waiting = Boost.objects.get(status=BoostStatus.SUBMITTED)
    running = Boost.objects.get(status=BoostStatus.RUNNING)
    return {
        "alice": [
            reverse("campaigns:boost-detail", args=own),
            reverse("campaigns:boost-edit", args=own),
            running.get_absolute_url(),
            reverse("campaigns:wallet-detail", args=shop),
        ],
        "manager": [
            reverse("review:review-list"),
            reverse("review:review-detail", args=["boost", waiting.pk]),
        ],
        "admin": [reverse("campaigns:fund-list")],
    }


@pytest.mark.parametrize(("language", "theme", "width"), COMBINATIONS)
def test_every_page_is_accessible_and_fits(
    page_of: PageOf,
    alice: User,
    manager: User,
    admin: User,
    shop: Merchant,
    returned: Boost,
    language: str,
    theme: str,
    width: int,
) -> None:
    cast = {"alice": alice, "manager": manager, "admin": admin}
    for who, pages in paths(shop, returned).items():
        page = page_of(cast[who], language=language, theme=theme, width=width)
        for path in pages:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            accessible(page)
            fits(page)
