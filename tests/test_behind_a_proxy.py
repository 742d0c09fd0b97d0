"""Two workers of gunicorn behind nginx: whoever guesses passwords is stopped, and he alone."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from portal.accounts import attempts, people
from portal.accounts.models import User
from tests.serving import Site

# As in conftest.py, where people are created.
PASSWORD = "correct horse battery staple"
OFFICE, ATTACKER = "127.0.0.2", "127.0.0.3"
LOGIN = "/accounts/login/"


@pytest.fixture
def ada(transactional_db: None) -> User:
    return people.create("ada@example.com", PASSWORD, name="Ada")


def signs_in(
    site: Site, email: str, password: str = PASSWORD, *, at: str, forwarded: str = ""
) -> str:
    typed = {"login": email, "password": password}
    headers = {"X_Forwarded_For": forwarded} if forwarded else {}
    answer: Any = site.post(LOGIN, typed, at=at, **headers)
    if answer.status == 302:
        return "in"
    assert answer.status == 200, answer.body
    return "stopped" if b"Too many wrong passwords or codes" in answer.body else "wrong"


@contextmanager
def asleep(pid: int) -> Iterator[None]:
    """A worker that takes no request."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_36_wrong_passwords_of_36_people_do_not_stop_the_37th(
    site: Callable[[], Site], ada: User
) -> None:
    running = site()
    with ThreadPoolExecutor(8) as people_at_once:
        told = people_at_once.map(
            lambda number: signs_in(running, f"p{number}@example.com", "wrong", at=OFFICE),
            range(36),
        )
        assert list(told) == ["wrong"] * 36
    assert signs_in(running, ada.email, at=OFFICE) == "in"


def test_who_guesses_at_one_account_is_stopped_by_both_workers_and_after_a_restart(
    site: Callable[[], Site], ada: User
) -> None:
    running = site()
    one, other = running.workers()

    def guesses(times: int) -> list[str]:
        """Each under an address that he makes up."""
        return [
            signs_in(running, ada.email, "guess", at=ATTACKER, forwarded=f"203.0.113.{number}")
            for number in range(times)
        ]

    with asleep(one):
        assert guesses(3) == ["wrong"] * 3
    with asleep(other):
        assert guesses(4) == ["wrong"] * 2 + ["stopped"] * 2
    running.restart()
    assert guesses(1) == ["stopped"]
    assert signs_in(running, ada.email, at=ATTACKER) == "stopped"
    assert signs_in(running, ada.email, at=OFFICE) == "in"


def test_who_guesses_at_many_accounts_is_stopped_and_stays_so(
    site: Callable[[], Site], ada: User
) -> None:
    running = site()
    most = attempts.ONE_NETWORK[0].most
    told = [
        signs_in(running, f"v{number}@example.com", "guess", at=ATTACKER, forwarded=OFFICE)
        for number in range(most + 5)
    ]
    assert told == ["wrong"] * most + ["stopped"] * 5
    running.restart()
    assert signs_in(running, "one-more@example.com", "guess", at=ATTACKER) == "stopped"
    assert signs_in(running, ada.email, at=OFFICE) == "in"
