"""Whoever changes what somebody else has changed since he opened it is shown that first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from merchants.companies.models import Merchant, MerchantStatus
from merchants.listings.models import Listing, ListingStatus
from merchants.marketplaces.placements import Placement
from merchants.stores.models import Store, StoreStatus
from portal import clock
from portal.accounts import people
from portal.accounts.models import PlatformRole, User
from reports.sources.refunds import RefundPeriod
from tests.permission_table import ROWS, address

ClientOf = Callable[[User], Client]
World = dict[str, Any]

# They make something new; a decision names what it has read.
MAKE = {
    "accounts:team-invite", "merchants:merchant-new", "merchants:store-new",
    "merchants:product-new", "merchants:product-paste", "merchants:listing-new",
    "merchants:feed-request-new",
    "merchants:application-new", "merchants:rulechange-new", "merchants:rulechange-back",
    "campaigns:boost-new",
    "campaigns:boost-quick",
    "campaigns:announcement-new", "campaigns:cost-new", "campaigns:assumption-new",
    "campaigns:cost-file-new",
    "campaigns:wallet-deposit", "campaigns:payment-new", "campaigns:fund-new",
    "campaigns:round-new",
    "campaigns:fund-pay-in", "reports:batch-new", "reports:data-new", "reports:suspension-new",
    "reports:regime-new", "webhooks:endpoint-new", "campaigns:ad-server-new",
    "campaigns:campaign-new", "campaigns:campaign-note-add",
    "campaigns:refund-new", "campaigns:invoice-new",
    "review:review-detail", "review:review-together", "review:comment-ask", "review:comment-answer",
}  # fmt: skip
# Their state says whether anything happened meanwhile: handed in again, begun, ended, lifted.
OF_A_STATE = {
    "merchants:application-detail", "jobs:job-give-up", "reports:suspension-lift",
    "reports:regime-close", "webhooks:endpoint-off", "webhooks:endpoint-rotate",
    "webhooks:endpoint-sign", "campaigns:boost-stop", "campaigns:boost-appeal",
    "campaigns:boost-stop-any", "campaigns:payout-book", "campaigns:payout-turn-down",
    "campaigns:invoice-issue", "campaigns:invoice-return", "campaigns:invoice-take-back",
    "campaigns:invoice-decline",
    "campaigns:partner-sign",
    "campaigns:partner-send", "campaigns:round-move", "campaigns:round-call-off",
}  # fmt: skip
# Asks; saves nothing.
QUESTIONS = {
    "reports:report-detail", "reports:report-models", "campaigns:partner-enter",
    "merchants:policy-matrix", "merchants:policy-cell", "merchants:policy-calendar",
}  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """A form, and what two people do to it at once."""

    url_name: str
    args: str
    first: dict[str, str]
    second: dict[str, str]
    persona: str = "alice"

    def __str__(self) -> str:
        return self.url_name


EDITS = [
    Edit("merchants:product-edit", "merchant.code product.pk", {"title": "A"}, {"title": "B"}),
    Edit("merchants:product-edit", "merchant.code product.pk", {"title": "A"}, {"price_fen": "9"}),
    Edit("merchants:store-edit", "merchant.code store.pk", {"name": "A"}, {"name": "B"}),
    Edit("merchants:merchant-detail", "merchant.code", {"name": "A"}, {"name": "B"}),
    Edit(
        "merchants:merchant-assign", "merchant.pk",
        {"account_manager": "0"}, {"account_manager": "1"}, "admin",
    ),
    Edit(
        "merchants:listing-edit", "merchant.code listing.pk",
        {"fallback": ""}, {"has_ad_label": ""},
    ),
    Edit(
        "campaigns:ad-server-edit", "ad_server.pk",
        {"wait_hours": "9"}, {"name_en": "B"}, "admin",
    ),
    Edit("campaigns:campaign-edit", "merchant.code campaign.pk", {"name": "A"}, {"budget": "9"}),
    Edit(
        "campaigns:fund-edit", "fund.pk",
        {"own_cash_percent": "9"}, {"merchant_cap_fen": "900"}, "admin",
    ),
    Edit("campaigns:cost-edit", "merchant.code cost.key", {"amount_fen": "5"}, {"reference": "B"}),
    Edit("campaigns:boost-edit", "merchant.code boost.pk", {"days": "5"}, {"budget": "900"}),
    Edit(
        "accounts:membership-edit", "team.pk membership.pk",
        {"role": "analyst"}, {"role": "operator"},
    ),
    Edit(
        "reports:source-edit", "batch.source.pk", {"delay_days": "5"}, {"unit": "yuan"}, "admin",
    ),
    Edit(
        "reports:refund-edit", "product.category.pk",
        {"days": "20", "reason": "A"}, {"days": "30", "reason": "B"}, "admin",
    ),
    Edit("reports:regime-edit", "regime.pk", {"ratio": "25"}, {"ratio": "20"}, "admin"),
    Edit(
        "reports:suspension-edit", "suspension.pk",
        {"last_on": "2013-01-05"}, {"last_on": "2013-01-06"}, "admin",
    ),
    Edit(
        "webhooks:endpoint-edit", "endpoint.pk",
        {"url": "https://a.example/"}, {"url": "https://b.example/"}, "admin",
    ),
    Edit(
        "campaigns:partner-address", "fund.pk",
        {"email": "a@example.com"}, {"email": "b@example.com"}, "admin",
    ),
    Edit("accounts:account-settings", "", {"name": "A"}, {"name": "B"}),
]  # fmt: skip


@pytest.fixture
def editable(world: World) -> World:
    """The world, where everything may be changed that can be."""
    Merchant.objects.filter(pk=world["merchant"].pk).update(status=MerchantStatus.RETURNED)
    Store.objects.filter(pk=world["store"].pk).update(status=StoreStatus.REJECTED)
    listing = world["listing"]
    RefundPeriod.objects.create(
        category=world["product"].category, days=15, reason="Law.", valid_from=clock.now(),
        set_by=listing.created_by,
    )  # fmt: skip
    Listing.objects.filter(pk=listing.pk).update(status=ListingStatus.PAUSED)
    # The note goes on selling, so that it may still be boosted.
    Listing.objects.create(
        merchant=listing.merchant,
        note=listing.note,
        product=world["in_app_product"],
        placement=Placement.PROFILE,
        code="onsale",
        status=ListingStatus.LIVE,
        created_by=listing.created_by,
    )
    return world


def opened(client: Client, page: str) -> dict[str, Any]:
    """What a browser would send of the page as it is opened."""
    form = client.get(page).context["form"]
    values = {bound.html_name: bound.value() for bound in form}
    return _all_sent(values)


def _all_sent(values: dict[str, Any]) -> dict[str, Any]:
    is_there = {name: value for name, value in values.items() if value not in (None, False)}
    return {name: _sent(value) for name, value in is_there.items()}


def _sent(value: Any) -> Any:
    """What a browser sends of a field; several of one that has several."""
    if isinstance(value, list):
        return list(map(str, value))
    return "on" if value is True else str(value)


def written(form: dict[str, str], change: dict[str, str]) -> dict[str, str]:
    """The form with a change; an empty value is a box that is not ticked, or nothing chosen."""
    return {name: value for name, value in {**form, **change}.items() if value != ""}


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_the_second_of_two_tabs_is_shown_what_the_first_did(
    edit: Edit, editable: World, client_of: ClientOf, alice: User, admin: User
) -> None:
    who = {"alice": alice, "admin": admin}[edit.persona]
    others = [
        people.create(f"m{n}@x.example", "long enough", name=f"M{n}",
                      platform_role=PlatformRole.ACCOUNT_MANAGER)
        for n in range(2)
    ]  # fmt: skip
    first, second = (
        {n: str(others[int(v)].pk) if n == "account_manager" else v for n, v in one.items()}
        for one in (edit.first, edit.second)
    )
    client, page = client_of(who), address(edit, editable)
    tab, other_tab = opened(client, page), opened(client, page)
    if edit.url_name == "merchants:store-edit":
        Store.objects.filter(pk=editable["store"].pk).update(status=StoreStatus.REJECTED)
    assert client.post(page, written(tab, first)).status_code == 302
    Store.objects.filter(pk=editable["store"].pk).update(status=StoreStatus.REJECTED)

    told = client.post(page, written(other_tab, second))
    assert told.status_code == 422
    text = told.content.decode()
    assert "Not saved: this was changed since you opened it." in text
    who.refresh_from_db()
    assert f"<strong>{who}</strong>" in text
    assert first.items() <= {**dict.fromkeys(first, ""), **opened(client, page)}.items()

    again = {b.html_name: b.value() for b in told.context["form"]}
    assert client.post(page, _all_sent(again)).status_code == 302
    kept = {**first, **second}
    found = {**dict.fromkeys(kept, ""), **opened(client, page)}
    assert {n: found[n].removesuffix(".00") for n in kept} == kept


def test_every_form_that_changes_something_carries_the_version(
    editable: World, cast: dict[str, User | None], client_of: ClientOf
) -> None:
    carrying = set()
    for row in ROWS:
        if not row.reader or ":" not in row.url_name:
            continue
        user = cast[row.reader]
        answer: Any = (client_of(user) if user else Client()).get(address(row, editable))
        form = answer.context and answer.context.get("form")
        if form and row.url_name not in MAKE | OF_A_STATE | QUESTIONS:
            assert form["version"].value(), row.url_name
            carrying.add(row.url_name)
    assert carrying == {edit.url_name for edit in EDITS}


def test_a_made_up_version_is_older_than_any(
    editable: World, client_of: ClientOf, alice: User
) -> None:
    client, page = client_of(alice), address(EDITS[0], editable)
    form = opened(client, page)
    nonsense = (
        "[]",
        "{}",
        "x" * 100,
        '["1"]',
        '["0", {}]',
        "7",
        "[" * 2000,
        f'["{"9" * 5000}", {{}}]',
    )
    for made_up in nonsense:
        assert client.post(page, {**form, "version": made_up}).status_code == 422
    assert client.post(page, form).status_code == 302
