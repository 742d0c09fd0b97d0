"""Mails about accounts speak in our words, in the reader's language, under the site's name."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context as allauth_request
from django.conf import settings as site_settings
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from portal import words
from portal.accounts import mails, people, teams
from portal.accounts.models import Role, Team, User

PASSWORD = "correct horse battery staple"
THEIRS = Path(allauth.__file__).parent / "templates"
SITE = "https://portal.redleaf.test"
# What a mail may say in Latin letters: names of people, of the team and of the site, and addresses.
NAMES = re.compile(rf"{SITE}/\S*|[a-z.]+@[a-z.]+|Redleaf|Alice Beauty|Alice")


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    """A site with a name of its own."""
    settings.SITE_NAME, settings.SITE_URL = "Redleaf", f"{SITE}/"


def browser(language: str) -> Client:
    return Client(headers={"Accept-Language": language})


def sign_up(client: Client, email: str) -> None:
    client.post(
        reverse("account_signup"), {"email": email, "password1": PASSWORD, "password2": PASSWORD}
    )


def ask_for_a_password(client: Client, email: str) -> None:
    client.post(reverse("account_reset_password"), {"email": email})


def add_an_address(client: Client, email: str) -> None:
    client.force_login(User.objects.get(email="alice@example.com"))
    client.post(reverse("account_email"), {"action_add": "", "email": email})


# By the template of the mail: what somebody does to get it.
OCCASIONS: dict[str, tuple[Callable[[Client, str], None], str]] = {
    "email_confirmation_signup": (sign_up, "new@example.com"),
    "account_already_exists": (sign_up, "alice@example.com"),
    "password_reset_key": (ask_for_a_password, "alice@example.com"),
    "unknown_account": (ask_for_a_password, "new@example.com"),
    "email_confirmation": (add_an_address, "other@example.com"),
}

# What is told of an account whenever it was changed.
CHANGES = sorted(
    str(path.relative_to(THEIRS)).removesuffix("_message.txt")
    for app in ("account", "mfa")
    for path in THEIRS.glob(f"{app}/email/*_message.txt")
    if "base_notification" in path.read_text()
)


def sent(occasion: str, language: str) -> EmailMessage:
    do, email = OCCASIONS[occasion]
    do(browser(language), email)
    [message] = mail.outbox
    assert message.to == [email]
    return message


def speaks(message: EmailMessage, language: str) -> None:
    """The mail is wholly in `language`, names the site, and knows no other host than its own."""
    said = f"{message.subject}\n{message.body}"
    assert "Redleaf" in said
    rest = NAMES.sub("", said)
    assert not re.search(r"://|localhost|testserver|example", rest)
    strange = r"[A-Za-z]+" if language == words.CHINESE else "[\u4e00-\u9fff]"
    assert re.findall(strange, rest) == []


@pytest.mark.parametrize("language", [words.CHINESE, words.ENGLISH])
@pytest.mark.parametrize("occasion", OCCASIONS)
def test_a_mail_of_the_login_pages_is_in_our_words(
    alice: User, occasion: str, language: str
) -> None:
    speaks(sent(occasion, language), language)


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_its_link_opens_a_page(alice: User, client: Client, occasion: str) -> None:
    [link] = re.findall(r"https://\S+", str(sent(occasion, words.ENGLISH).body))
    answer = client.get(link.removeprefix(SITE), follow=True)
    assert answer.status_code == 200
    assert not answer.context.get("token_fail")


@pytest.mark.parametrize("language", [words.CHINESE, words.ENGLISH])
@pytest.mark.parametrize("change", CHANGES)
def test_who_has_a_change_on_his_account_is_told_in_our_words(
    alice: User, rf: RequestFactory, change: str, language: str
) -> None:
    request = rf.post("/", headers={"User-Agent": "“火狐”"})
    addresses = dict.fromkeys(("from_email", "to_email", "deleted_email"), "alice@x.com")
    with translation.override(language), allauth_request(request):
        get_adapter(request).send_notification_mail(change, alice, addresses)
    [message] = mail.outbox
    message.body = str(message.body).replace("“火狐”", "")
    speaks(message, language)
    assert f"{SITE}/accounts/password/reset/" in message.body


def test_a_changed_password_is_told(alice: User) -> None:
    alice.set_password(PASSWORD)
    alice.save()
    client = browser(words.ENGLISH)
    client.force_login(alice)
    new = {"oldpassword": PASSWORD, "password1": PASSWORD[::-1], "password2": PASSWORD[::-1]}
    client.post(reverse("account_change_password"), new)
    assert [message.subject for message in mail.outbox] == ["Password Changed"]


@pytest.mark.parametrize("language", [words.CHINESE, words.ENGLISH])
def test_an_invitation_names_the_site(
    team: Team, alice: User, language: str, django_capture_on_commit_callbacks: Any
) -> None:
    with translation.override(language), django_capture_on_commit_callbacks(execute=True):
        teams.invite(team, email="new@example.com", role=Role.ANALYST, by=alice)
    speaks(mail.outbox[-1], language)


@pytest.mark.parametrize(
    ("invited", "language"), [("charlie@example.com", words.ENGLISH), ("new@x.com", words.CHINESE)]
)
def test_an_invitation_speaks_as_its_reader_has_chosen_or_else_its_sender(
    team: Team,
    alice: User,
    charlie: User,
    invited: str,
    language: str,
    django_capture_on_commit_callbacks: Any,
) -> None:
    people.choose_language(alice, words.CHINESE)
    people.choose_language(charlie, words.ENGLISH)
    with django_capture_on_commit_callbacks(execute=True):
        teams.invite(team, email=invited, role=Role.ANALYST, by=alice)
    speaks(mail.outbox[-1], language)


def test_every_mail_that_can_be_sent_is_written_by_us() -> None:
    """The others of allauth's belong to what is switched off."""
    ours = Path(site_settings.BASE_DIR, "templates/account/email")
    theirs = THEIRS.glob("account/email/*_subject.txt")
    kinds = {path.name.removesuffix("_subject.txt") for path in theirs}
    written = {path.name.removesuffix("_subject.txt") for path in ours.glob("*_subject.txt")}
    changes = {prefix.removeprefix("account/email/") for prefix in CHANGES}
    assert written == OCCASIONS.keys()
    assert {name for name in kinds - written - changes if "code" not in name} == set()
    assert not app_settings.LOGIN_BY_CODE_ENABLED
    assert not app_settings.PASSWORD_RESET_BY_CODE_ENABLED
    assert not app_settings.EMAIL_VERIFICATION_BY_CODE_ENABLED


def test_a_link_works_for_as_long_as_its_mail_says() -> None:
    assert app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS == 3
    assert site_settings.PASSWORD_RESET_TIMEOUT == 3 * 24 * 3600


def test_no_mail_leaves_while_mails_are_held_back() -> None:
    with mails.held_back():
        mails.send("new@example.com", "Welcome", "Hello.")
    assert mail.outbox == []
    mails.send("new@example.com", "Welcome", "Hello.")
    assert [message.to for message in mail.outbox] == [["new@example.com"]]
