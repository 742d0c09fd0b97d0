"""At the door, too, addresses and codes are what people mean by them."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.core import mail
from django.test import Client
from django.urls import reverse

from conftest import PASSWORD
from portal.accounts import people
from portal.accounts.models import User
from portal.refusals import Refusal

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"


def wide(text: str) -> str:
    """As an input method for Chinese writes it."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)


WRITINGS: list[Callable[[str], str]] = [
    wide,
    str.upper,
    lambda text: f"\u200b{text}\u3000",
    lambda text: text.replace("@", "＠"),
]
every_writing = pytest.mark.parametrize("write", WRITINGS, ids=["wide", "upper", "blank", "at"])


@every_writing
def test_alice_signs_in(write: Callable[[str], str], alice: User, client: Client) -> None:
    page = reverse("account_login")
    answer = client.post(page, {"login": write(alice.email), "password": PASSWORD})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(alice.pk)


@every_writing
def test_alice_asks_for_a_new_password(
    write: Callable[[str], str], alice: User, client: Client
) -> None:
    client.post(reverse("account_reset_password"), {"email": write(alice.email)})
    assert mail.outbox[-1].to == [alice.email]
    assert "/password/reset/key/" in mail.outbox[-1].body


@every_writing
def test_a_newcomer_signs_up_once(write: Callable[[str], str], client: Client) -> None:
    typed = {"password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), {"email": write("new@example.com"), **typed})
    assert User.objects.get().email == "new@example.com"


@every_writing
def test_alice_adds_an_address(
    write: Callable[[str], str], alice: User, client_of: Callable[[User], Client]
) -> None:
    page = reverse("account_email")
    client_of(alice).post(page, {"email": write("more@example.com"), "action_add": ""})
    assert EmailAddress.objects.filter(user=alice, email="more@example.com").exists()


@every_writing
def test_a_command_makes_one_person_of_an_address(write: Callable[[str], str]) -> None:
    made = people.create(write("admin@example.com"), PASSWORD, name="Admin")
    assert made.email == "admin@example.com"
    with pytest.raises(Refusal, match="has an account already"):
        people.create("admin@example.com", PASSWORD, name="Admin")


@pytest.mark.parametrize("write", [wide, lambda code: f"{code[:3]}\u3000{code[3:]}\u200b"])
def test_a_code_of_the_second_factor_is_read_as_it_is_meant(
    write: Callable[[str], str], alice: User
) -> None:
    TOTP.activate(alice, SECRET)
    now = format_hotp_value(hotp_value(SECRET, next(iter(counters()))))
    for code in (now, RecoveryCodes.activate(alice).get_unused_codes()[0]):
        client = Client()
        client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
        assert "_auth_user_id" not in client.session
        client.post(reverse("mfa_authenticate"), {"code": write(code)})
        assert client.session["_auth_user_id"] == str(alice.pk)


def test_an_app_is_set_up_by_a_code_typed_in_full_width(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    client, page = client_of(alice), reverse("mfa_activate_totp")
    secret = client.get(page).context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(counters()))))
    assert client.post(page, {"code": wide(code)}).status_code == 302


def test_who_fails_too_often_at_codes_is_told_of_codes(alice: User, client: Client) -> None:
    TOTP.activate(alice, SECRET)
    client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    for _ in range(6):
        said = client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    assert "Too many wrong passwords or codes" in said
