"""A passkey, in a real browser whose authenticator is a virtual one."""

from django.urls import reverse
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from tests.browser import PageOf

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def _plug_in_authenticator(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def test_alice_adds_a_passkey_and_signs_in_with_it(page_of: PageOf, alice: User) -> None:
    page = page_of(alice)
    _plug_in_authenticator(page)
    page.goto(reverse("mfa_add_webauthn"))
    page.fill("[name=name]", "My phone")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")
    page.context.clear_cookies()
    page.goto(reverse("account_login"))
    page.click("#passkey_login")
    expect(page.locator("summary[title=Account]")).to_be_visible()
