"""What people see when something goes wrong is a page of the portal, and says what to do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts import teams
from portal.accounts.models import User

ClientOf = Callable[[User], Client]


def test_the_address_of_a_button_is_answered_with_a_page(alice: User, client_of: ClientOf) -> None:
    answer = client_of(alice).get(reverse("notices:notice-read-all"))
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "press it there" in answer.content.decode()


def test_too_much_for_one_request_is_said(alice: User, client_of: ClientOf, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1
    answer = client_of(alice).post(reverse("accounts:theme-set"), {"theme": "dark"})
    assert answer.status_code == 413
    assert "Nothing was saved" in answer.content.decode()


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("/teams/%(team)s/invite/", "Your role does not allow this. Ask the owner of the team."),
        ("/platform/reviews/", "This page is for people of the platform."),
    ],
)
def test_who_may_not_open_a_page_is_told_why(
    page: str, sentence: str, alice: User, bob: User, client_of: ClientOf
) -> None:
    team = teams.create("Alice Ltd", owner=alice)
    team.memberships.create(user=bob, role="operator")
    answer = client_of(bob).get(page % {"team": team.pk})
    assert answer.status_code == 403
    assert sentence in answer.content.decode()


def test_an_unknown_address_is_answered_to_anybody(db: None) -> None:
    answer = Client().get("/no-such-page/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


@pytest.mark.usefixtures("db")
def test_who_asks_for_too_many_mails_is_told_to_wait() -> None:
    client, address = Client(REMOTE_ADDR="203.0.113.9"), reverse("account_reset_password")
    for number in range(40):
        assert client.post(address, {"email": f"a{number}@example.com"}).status_code == 302
    answer = client.post(address, {"email": "one-more@example.com"})
    assert answer.status_code == 429
    assert "Wait a few minutes" in answer.content.decode()


def test_the_login_page_says_what_notelink_is(db: None) -> None:
    answer = Client().get("/", follow=True, headers={"Accept-Language": "zh-hans"})
    assert "看清每篇笔记" in answer.content.decode()
