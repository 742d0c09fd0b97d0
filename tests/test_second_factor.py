"""A second factor is asked of whoever holds a right over money, members or the platform."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from campaigns.boosts.asked import AskingForm
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.tests.conftest import RequestBoost, a_boost, money  # noqa: F401 - fixtures
from merchants.companies.models import Merchant
from portal.accounts import teams, versions
from portal.accounts.middleware import GuardMiddleware
from portal.accounts.models import Role, Team, User
from tests.browser import PageOf, accessible, fits
from tests.permission_table import ANONYMOUS, ROWS, Row, _numbers, address

PASSWORD = "correct horse battery staple"
SETUP = "/settings/second-factor/"


@pytest.fixture(autouse=True)
def asked(settings: Any) -> None:
    """As with HTTPS."""
    settings.SECOND_FACTOR = True


def is_asked(client: Client, url: str = "/") -> bool:
    return bool(client.get(url).headers.get("Location") == SETUP)


def holds_a_factor(user: User) -> Authenticator:
    return TOTP.activate(user, "JBSWY3DPEHPK3PXP").instance


def is_for_people(row: Row) -> bool:
    """Whether the page is for those who are signed in, and not for readers or the login."""
    is_open = row.url_name in GuardMiddleware.OPEN or row.is_public
    leads_on_or_is_look = row.url_name in {
        "accounts:language-set", "accounts:theme-set", "campaigns:review-detail",
        # Of a partner, who is nobody here.
        "campaigns:partner-leave",
    }  # fmt: skip
    of_nobody = row.statuses == _numbers(ANONYMOUS) or row.statuses[0] in (200, 404)
    return not is_open and not of_nobody and not leads_on_or_is_look


@pytest.mark.parametrize("persona", ["owner", "finance", "account_manager", "admin"])
def test_nothing_else_is_reached_before_it_is_set_up(
    persona: str,
    world: dict[str, Any],
    cast: dict[str, User],
    client_of: Callable[[User], Client],
) -> None:
    client, reached, asked = client_of(cast[persona]), [], 0
    for row in filter(is_for_people, ROWS):
        url = address(row, world) + row.query
        answer = client.post(url, row.data) if row.method == "POST" else client.get(url)
        by_htmx = client.get(url, headers={"HX-Request": "true"})
        asked += answer.headers.get("Location") == SETUP
        if answer.headers.get("Location") != SETUP or by_htmx.headers["HX-Redirect"] != SETUP:
            reached.append(str(row))
    assert reached == []
    assert asked > 60
    assert client.get(SETUP).status_code == 200
    holds_a_factor(cast[persona])
    assert not is_asked(client)
    Authenticator.objects.filter(user=cast[persona]).delete()
    assert is_asked(client)


def test_who_holds_no_such_right_is_not_asked_until_he_does(
    team: Team, alice: User, bob: User, ana: User, client_of: Callable[[User], Client]
) -> None:
    for person, role in {bob: Role.FINANCE, ana: Role.OWNER}.items():
        client = client_of(person)
        assert not is_asked(client, reverse("notices:notice-list"))
        assert client.get(SETUP).headers["Location"] == reverse("mfa_index")
        teams.change_role(team.memberships.get(user=person), role=role, by=alice)
        assert is_asked(client, reverse("notices:notice-list"))


def test_who_was_invited_to_such_a_role_is_asked_when_he_has_joined(
    shop: Merchant, alice: User, charlie: User, client_of: Callable[[User], Client]
) -> None:
    dora = User.objects.create_user(email="dora@example.com", password=PASSWORD)
    invitation = teams.invite(shop.team, email=dora.email, role=Role.FINANCE, by=alice)
    client = client_of(dora)
    accept = reverse("accounts:invitation-accept", args=[invitation.token])
    assert not is_asked(client, accept)
    client.post(accept)
    assert is_asked(client)


def test_what_was_about_to_be_sent_waits_until_it_is_set_up(
    team: Team, alice: User, bob: User, client_of: Callable[[User], Client]
) -> None:
    client, settings_page = client_of(alice), reverse("accounts:account-settings")
    assert client.post(settings_page, {"name": "Alicia"}).headers["Location"] == SETUP
    holds_a_factor(alice)
    shown = client.get(client.session["after_factor"]).content.decode()
    assert f'action="{settings_page}"' in shown
    assert 'value="Alicia"' in shown


def test_an_operator_is_asked_when_he_holds_money_and_for_nothing_else(
    shop: Merchant,
    bob: User,
    a_boost: RequestBoost,  # noqa: F811
    money: None,  # noqa: F811
    client_of: Callable[[User], Client],
) -> None:
    client, boost = client_of(bob), a_boost(by=bob)
    submit = reverse("campaigns:boost-submit", args=[shop.code, boost.pk])
    pages = [boost.get_absolute_url(), reverse("campaigns:boost-new", args=[shop.code])]
    assert [client.get(page).status_code for page in pages] == [200, 200]
    data = {"version": versions.of(boost)}
    assert client.post(submit, data).headers["Location"] == SETUP
    asked = client.post(submit, data, headers={"HX-Request": "true"})
    assert asked.headers["HX-Redirect"] == SETUP
    boost.refresh_from_db()
    assert (boost.status, boost.held_fen) == (BoostStatus.DRAFT, 0)
    why = client.get(SETUP).content.decode()
    assert "Submit a boost, which holds its budget" in why
    assert "You hold a right over money" not in why
    holds_a_factor(bob)
    assert client.get(SETUP).headers["Location"] == reverse("mfa_index")
    kept = client.get(client.session["after_factor"]).context["kept"]
    assert kept.url == submit
    client.post(kept.url, dict(kept.fields))
    boost.refresh_from_db()
    assert boost.status == BoostStatus.SUBMITTED


def test_a_quick_boost_takes_no_factor(
    bob: User,
    shop: Merchant,
    a_boost: RequestBoost,  # noqa: F811
    money: None,  # noqa: F811
    client_of: Callable[[User], Client],
) -> None:
    """As it takes no new login."""
    boost = a_boost(by=bob)
    hours = {"form": AskingForm.QUICK, "hours": 24, "is_dated": False, "daily_cap_fen": None}
    Boost.objects.filter(pk=boost.pk).update(**hours)
    submit = reverse("campaigns:boost-submit", args=[shop.code, boost.pk])
    client_of(bob).post(submit, {"version": versions.of(boost)})
    boost.refresh_from_db()
    assert boost.status == BoostStatus.SUBMITTED


def test_recovery_codes_are_shown_once(alice: User, client_of: Callable[[User], Client]) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    holds_a_factor(alice)
    codes = RecoveryCodes.activate(alice).get_unused_codes()
    client, page = client_of(alice), reverse("mfa_view_recovery_codes")
    first, second = (client.get(page).content.decode() for _ in range(2))
    assert all(len(code) == 12 and code in first for code in codes)
    assert not any(code in second for code in codes)


def signs_in(page: Page, user: User) -> None:
    page.goto(reverse("account_login"))
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")


def plugs_in_an_authenticator(page: Page) -> None:
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_owner_sets_up_a_passkey_at_the_first_login(
    page_of: PageOf, shop: Merchant, alice: User, language: str
) -> None:
    page = page_of(None, language=language, width=360, theme="dark")
    plugs_in_an_authenticator(page)
    signs_in(page, alice)
    page.wait_for_url(f"**{SETUP}")
    accessible(page)
    fits(page)
    page.click(f"a[href='{reverse('mfa_add_webauthn')}']")
    page.fill("[name=name]", "My phone")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")
    accessible(page)
    fits(page)
    page.click("main a.btn-primary")
    page.wait_for_url(f"**/m/{shop.code}/**")


def test_an_admin_sets_up_an_app_at_the_first_login(page_of: PageOf, admin: User) -> None:
    page = page_of(None)
    signs_in(page, admin)
    page.click(f"a[href='{reverse('mfa_activate_totp')}']")
    secret = page.input_value("#authenticator_secret")
    code = format_hotp_value(hotp_value(secret, next(iter(counters()))))
    page.fill("[name=code]", code)
    page.click("main form button[type=submit]")
    page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")
    page.click("main a.btn-primary")
    expect(page.locator("summary[title=Account]")).to_be_visible()
