"""Guessing passwords: an attacker is stopped, and nobody else is."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal.accounts import attempts, people
from portal.accounts.models import User
from portal.jobs import sweeper

pytestmark = pytest.mark.django_db

# As in conftest.py, where people are created.
PASSWORD = "correct horse battery staple"
OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
TOO_MANY = "Too many wrong passwords or codes"
LOGIN = "/accounts/login/"


def signs_in(
    email: str, password: str = PASSWORD, *, at: str = OFFICE, browser: Client | None = None
) -> str:
    """What the login answers from the address `at`: "in", "wrong", or "stopped"."""
    typed = {"login": email, "password": password}
    answer = (browser or Client()).post(LOGIN, typed, REMOTE_ADDR=at)
    if answer.status_code == 302:
        return "in"
    return "stopped" if TOO_MANY in answer.content.decode() else "wrong"


def pass_by(time: timedelta) -> None:
    """All that is in the cache is older by `time`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_cache SET expires = expires - make_interval(secs => %s)",
            [time.total_seconds()],
        )


def signs_out(browser: Client) -> None:
    assert browser.post(reverse("account_logout")).status_code == 302


def test_wrong_passwords_of_many_people_at_one_address_do_not_stop_the_next(alice: User) -> None:
    for number in range(36):
        assert signs_in(f"colleague{number}@example.com", "wrong") == "wrong"
    assert signs_in(alice.email) == "in"


def test_one_address_is_stopped_at_whatever_account_it_tries(alice: User) -> None:
    told = [signs_in(f"victim{number}@example.com", "guess") for number in range(70)]
    most = attempts.ONE_NETWORK[0].most
    assert told == ["wrong"] * most + ["stopped"] * (70 - most)
    assert signs_in(alice.email, at=ELSEWHERE) == "in"


def test_the_right_password_does_not_forgive_the_wrong_ones(alice: User, charlie: User) -> None:
    """Charlie signs in again and again as himself between his guesses."""
    told = []
    for number in range(70):
        told.append(signs_in(f"victim{number}@example.com", "guess"))
        if number % 10 == 0 and number < 60:
            assert signs_in(charlie.email) == "in"
    assert told.count("wrong") == attempts.ONE_NETWORK[0].most


def test_one_account_is_guessed_at_five_times_and_then_more_and_more_slowly(alice: User) -> None:
    wrong = 0
    for _quarter in range(8):
        told = [signs_in(alice.email, "guess") for _ in range(8)]
        wrong += told.count("wrong")
        pass_by(timedelta(minutes=15))
    assert wrong == 20


def test_the_right_password_is_refused_too_while_guesses_are_stopped(alice: User) -> None:
    for _ in range(5):
        assert signs_in(alice.email, "guess") == "wrong"
    assert signs_in(alice.email.upper()) == "stopped"
    assert signs_in(alice.email, at=ELSEWHERE) == "in"


def test_guesses_from_many_addresses_are_stopped_together(alice: User) -> None:
    told = [signs_in(alice.email, "guess", at=f"198.51.100.{number}") for number in range(60)]
    assert told.count("wrong") == attempts.ONE_ACCOUNT[0].most


def test_the_owner_gets_in_with_his_browser_whatever_others_try_at_his_account(
    alice: User, charlie: User
) -> None:
    browser, stolen = Client(), Client()
    assert signs_in(alice.email, browser=browser) == "in"
    assert signs_in(charlie.email, browser=stolen) == "in"
    signs_out(browser)
    signs_out(stolen)
    for number in range(60):
        signs_in(alice.email, "guess", at=f"198.51.100.{number}", browser=Client())
        signs_in(f"victim{number}@example.com", "guess")
    assert signs_in(alice.email, at=ELSEWHERE) == "stopped"
    assert signs_in(alice.email, at=ELSEWHERE, browser=stolen) == "stopped"
    assert signs_in(alice.email, browser=browser) == "in"


def test_a_known_browser_guesses_no_more_than_another(alice: User) -> None:
    browser = Client()
    assert signs_in(alice.email, browser=browser) == "in"
    signs_out(browser)
    told = [signs_in(alice.email, "guess", browser=browser) for _ in range(8)]
    assert told == ["wrong"] * 5 + ["stopped"] * 3


def test_a_made_up_mark_of_a_browser_is_worth_nothing(alice: User) -> None:
    browser = Client()
    for _ in range(5):
        signs_in(alice.email, "guess")
    browser.cookies["device"] = "eyJhIjoiYiJ9:1abc:made-up"
    assert signs_in(alice.email, browser=browser) == "stopped"


def test_who_resets_the_password_by_mail_is_not_stopped(
    alice: User, mailoutbox: list[object]
) -> None:
    for number in range(60):
        signs_in(alice.email, "guess", at=f"198.51.100.{number}")
    browser = Client()
    assert signs_in(alice.email, browser=browser) == "stopped"
    browser.post(reverse("account_reset_password"), {"email": alice.email})
    text = str(mailoutbox[-1].body)  # type: ignore[attr-defined]
    link = next(word for word in text.split() if "/password/reset/key/" in word)
    form = browser.get(link[link.index("/accounts/") :], follow=True)
    new = "another horse another staple"
    browser.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert signs_in(alice.email, new, browser=browser) == "in"


def test_counts_that_are_over_leave_the_table() -> None:
    people.create("dora@example.com", PASSWORD, name="Dora")
    signs_in("dora@example.com", "guess")
    pass_by(timedelta(days=1))
    cache.set("still", 1, timeout=600)
    assert sweeper.sweep_cache() == 4
    assert cache.get("still") == 1
