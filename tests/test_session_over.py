"""Whoever's session ends while he types finds what he typed again, and nobody else does."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.stores.models import Store
from portal import clock
from portal.accounts.models import User
from portal.ui import unsent

ClientOf = Callable[[User], Client]
KEPT = "what you typed is in the form again"
FOUND_AGAIN = "This is what you had typed before you signed in again. Nothing is saved yet."


@pytest.fixture
def form(shop: Merchant) -> str:
    """The address of a form that Alice and Bob may fill in."""
    return reverse("merchants:store-new", args=[shop.code])


@pytest.fixture
def written(alice: User, client_of: ClientOf, form: str) -> dict[str, str]:
    """What Alice's browser would post: her words, and what the page put beside them."""
    return {**hidden(client_of(alice), form), "kind": "jd", "name": "A shop of mine", "url": "½"}


def hidden(client: Client, page: str) -> dict[str, str]:
    text = client.get(page).content.decode()
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)
    return {name: value for name, value in found if name in {unsent.MARK, "csrfmiddlewaretoken"}}


def posted_by_nobody(page: str, data: dict[str, Any]) -> tuple[Client, Any]:
    """The browser after it sent the form without a session, and the login page it was led to."""
    client = Client()
    return client, client.post(page, data, follow=True)


def test_what_was_typed_is_found_again_after_the_login(
    alice: User, form: str, written: dict[str, str]
) -> None:
    client, login = posted_by_nobody(form, written)
    assert login.redirect_chain[-1][0] == f"{reverse('account_login')}?next={form}"
    assert KEPT in login.content.decode()
    client.force_login(alice)
    page = client.get(form).content.decode()
    assert FOUND_AGAIN in page
    assert 'value="A shop of mine"' in page
    assert 'value="½"' in page
    assert re.search(r'<option value="jd"\s+selected', page)
    assert not Store.objects.filter(name="A shop of mine").exists()
    assert "A shop of mine" not in client.get(form).content.decode(), "once"


def test_somebody_else_who_signs_in_does_not_see_it(
    alice: User, bob: User, form: str, written: dict[str, str]
) -> None:
    client, _login = posted_by_nobody(form, written)
    client.force_login(bob)
    assert "A shop of mine" not in client.get(form).content.decode()
    assert "A shop of mine" not in str(dict(client.session))


def test_what_does_not_say_whose_it_was_is_not_kept(form: str, written: dict[str, str]) -> None:
    for mark in ("", "1", written[unsent.MARK][:-1]):
        client, login = posted_by_nobody(form, {**written, unsent.MARK: mark})
        assert "so nothing was done" in login.content.decode()
        assert unsent._SESSION_KEY not in client.session


def test_it_is_kept_for_an_hour(alice: User, form: str, written: dict[str, str]) -> None:
    client, _login = posted_by_nobody(form, written)
    client.force_login(alice)
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert "A shop of mine" not in client.get(form).content.decode()
    assert "A shop of mine" in client.get(form).content.decode()


def test_no_secret_is_kept_and_no_novel(form: str, written: dict[str, str]) -> None:
    client, _login = posted_by_nobody(form, {**written, "new_password": "hunter2"})
    assert "hunter2" not in str(dict(client.session))
    novel = {**written, "name": "x" * (unsent.MOST_CHARACTERS + 1)}
    client, login = posted_by_nobody(form, novel)
    assert KEPT not in login.content.decode()
    assert unsent._SESSION_KEY not in client.session


def test_the_newest_forms_are_kept(shop: Merchant, form: str, written: dict[str, str]) -> None:
    client = Client()
    others = [reverse(f"merchants:{name}", args=[shop.code]) for name in
              ("product-new", "product-paste", "listing-new")]  # fmt: skip
    for page in [form, *others, others[-1]]:
        client.post(page, written)
    assert [one["page"] for one in client.session[unsent._SESSION_KEY]] == others


def test_a_file_is_to_be_chosen_again(alice: User, shop: Merchant, written: dict[str, str]) -> None:
    page = reverse("merchants:application-new", args=[shop.code])
    licence = SimpleUploadedFile("licence.pdf", b"%PDF-1.7 secret")
    client, _login = posted_by_nobody(page, {**written, "document": licence})
    client.force_login(alice)
    assert "Choose the file again: licence.pdf" in client.get(page).content.decode()


def test_a_button_leads_back_to_its_page(shop: Merchant, alice: User, client_of: ClientOf) -> None:
    page = reverse("merchants:merchant-detail", args=[shop.code])
    button = reverse("merchants:merchant-submit", args=[shop.code])
    pressed = Client().post(
        button, hidden(client_of(alice), page), headers={"Referer": f"http://testserver{page}?a=1"}
    )
    assert pressed["Location"] == f"{reverse('account_login')}?next={page}%3Fa%3D1"


@pytest.mark.parametrize(
    "told",
    ["http://evil.example/x", "//evil.example/x", "nonsense", "http://[::1", "//[", "http://["],
)
@pytest.mark.parametrize("header", ["Referer", "HX-Current-URL"])
def test_nobody_is_led_to_another_site_nor_to_what_is_no_address(
    form: str, written: dict[str, str], header: str, told: str
) -> None:
    answer = Client().post(form, written, headers={header: told})
    assert answer["Location"] == f"{reverse('account_login')}?next={form}"
    part = Client().get(form, headers={header: told, "HX-Request": "true"})
    assert part.status_code == 401
    assert f"?next={quote(form, safe='')}" in part.content.decode()


def test_two_slashes_lead_to_no_other_site(tab: tuple[Client, dict[str, str]], form: str) -> None:
    client, written = tab
    answer = client.post(form, written, headers={"Referer": "http://testserver//evil.example/"})
    assert answer["Location"] == "/evil.example/"


@pytest.fixture
def tab(alice: User, form: str) -> tuple[Client, dict[str, str]]:
    """A form that Alice opened, and signed in again in another tab since: its token is too old."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    written = {**hidden(client, form), "kind": "jd", "name": "A shop of mine"}
    client.cookies[settings.CSRF_COOKIE_NAME] = "n" * 32
    return client, written


def test_a_login_in_another_tab_loses_nothing(
    tab: tuple[Client, dict[str, str]], form: str
) -> None:
    client, written = tab
    page = client.post(form, written, follow=True)
    assert page.redirect_chain == [(form, 302)]
    assert FOUND_AGAIN in page.content.decode()
    assert 'value="A shop of mine"' in page.content.decode()
    again = client.post(form, {**hidden(client, form), "name": "A shop of mine"})
    assert again.status_code == 422, "its new token is taken"


def test_a_logout_in_another_tab_loses_nothing(
    tab: tuple[Client, dict[str, str]], form: str, alice: User
) -> None:
    client, written = tab
    Session.objects.all().delete()
    assert KEPT in client.post(form, written, follow=True).content.decode()
    client.force_login(alice)
    assert 'value="A shop of mine"' in client.get(form).content.decode()


def test_a_form_of_somebody_else_is_not_sent_by_whoever_is_signed_in_now(
    tab: tuple[Client, dict[str, str]], form: str, bob: User
) -> None:
    client, written = tab
    client.force_login(bob)
    refused = client.post(form, written)
    assert refused.status_code == 403
    assert "Somebody else was signed in when it was opened" in refused.content.decode()
    assert "A shop of mine" not in client.get(form).content.decode()


def test_a_form_of_another_site_is_not_kept(tab: tuple[Client, dict[str, str]], form: str) -> None:
    client, _written = tab
    forged = client.post(form, {"name": "Of another site"})
    assert forged.status_code == 403
    assert "Of another site" not in client.get(form).content.decode()
