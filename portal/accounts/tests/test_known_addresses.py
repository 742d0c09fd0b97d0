"""Nobody learns at the door who has an account: answers, hashes and mails are the same."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
UNKNOWN = "nobody@example.com"
# What differs from one answer to the next, whoever asks.
ONE_TIME = re.compile(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"')


class CountingHasher(MD5PasswordHasher):
    """Counts its hashes, those of a comparison, too."""

    hashes = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.hashes += 1
        return super().encode(password, salt)


@dataclass
class Told:
    """What one try was answered, and what it cost."""

    pages: list[tuple[str, int]]
    text: str
    hashes: int
    mails: int


@pytest.fixture(autouse=True)
def counted(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]


@pytest.fixture
def unproved(db: None) -> User:
    """Somebody who has signed up and never opened the mail."""
    user = User.objects.create_user(email="unproved@example.com", password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, primary=True)
    return user


def told(url: str, data: dict[str, str], email: str) -> Told:
    # Each try is the first: how often one may ask is said elsewhere.
    cache.clear()
    mails, hashes = len(mail.outbox), CountingHasher.hashes
    answer = Client().post(url, data, follow=True)
    text = ONE_TIME.sub("", answer.content.decode())
    return Told(
        pages=answer.redirect_chain,
        text=re.sub(re.escape(email), "ADDRESS", text, flags=re.IGNORECASE),
        hashes=CountingHasher.hashes - hashes,
        mails=len(mail.outbox) - mails,
    )


def signs_up(email: str) -> Told:
    password = {"password1": "quite another staple", "password2": "quite another staple"}
    return told(reverse("account_signup"), {"email": email, **password}, email)


def signs_in_wrongly(email: str) -> Told:
    return told(reverse("account_login"), {"login": email, "password": "guess"}, email)


def asks_for_a_password(email: str) -> Told:
    return told(reverse("account_reset_password"), {"email": email}, email)


@pytest.mark.parametrize(
    ("act", "hashes", "mails"),
    [(signs_up, 1, 1), (signs_in_wrongly, 1, 0), (asks_for_a_password, 0, 1)],
)
def test_known_and_unknown_addresses_read_and_cost_the_same(
    act: Callable[[str], Told],
    hashes: int,
    mails: int,
    alice: User,
    unproved: User,
    admin: User,
) -> None:
    User.objects.filter(pk=admin.pk).update(is_active=False)
    of_nobody = act(UNKNOWN)
    assert (of_nobody.hashes, of_nobody.mails) == (hashes, mails)
    for known in (alice.email, "ALICE@example.com", unproved.email, admin.email):
        assert act(known) == of_nobody, known


def test_whoever_signs_up_again_is_told_by_mail_that_he_has_an_account(alice: User) -> None:
    signs_up(alice.email)
    assert mail.outbox[-1].to == [alice.email]
    assert "already" in mail.outbox[-1].body
    assert User.objects.filter(email=alice.email).count() == 1
