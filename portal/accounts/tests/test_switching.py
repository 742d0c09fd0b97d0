"""Whose account is switched off, or on again, is told by mail, in his language."""

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from portal.accounts.models import AuditEntry, User

NEW = "another horse and battery staple"
ClientOf = Callable[[User], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def switch(django_capture_on_commit_callbacks: Any) -> Callable[..., str]:
    def switching(person: User, to: str, reason: str = "He asked for it.") -> str:
        said = StringIO()
        with django_capture_on_commit_callbacks(execute=True):
            call_command("switch_account", person.email.upper(), to, reason=reason, stdout=said)
        return said.getvalue()

    return switching


@pytest.mark.parametrize(
    ("language", "subject", "why"),
    [
        ("en", "Your account on Notelink was switched off", "The reason: He asked for it."),
        ("zh-hans", "您在 Notelink 的账号已停用", "原因：He asked for it."),
    ],
)
def test_who_is_switched_off_is_out_and_told_why(
    alice: User, client_of: ClientOf, switch: Any, language: str, subject: str, why: str
) -> None:
    User.objects.filter(pk=alice.pk).update(language=language)
    client = client_of(alice)
    assert client.get("/settings/").status_code == 200
    assert alice.email in switch(alice, "off")
    assert client.get("/settings/").status_code == 302
    [told] = mail.outbox
    assert (told.to, told.subject) == ([alice.email], subject)
    assert why in told.body
    assert AuditEntry.objects.get(verb="user.switched_off").reason == "He asked for it."


def test_who_gets_it_back_is_told_and_signs_in_with_a_new_password(
    alice: User, switch: Any
) -> None:
    switch(alice, "off")
    client = Client()
    client.post(reverse("account_reset_password"), {"email": alice.email})
    switch(alice, "on")
    told = mail.outbox[-1]
    assert (told.to, told.subject) == ([alice.email], "Your account on Notelink is open again")
    [page] = re.findall(r"http://localhost:8000(/\S+)", str(told.body))
    client.post(page, {"email": alice.email})
    [way] = re.findall(r"http://localhost:8000(/\S+)", str(mail.outbox[-1].body))
    form = client.get(way, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": NEW, "password2": NEW})
    client.post(reverse("account_login"), {"login": alice.email, "password": NEW})
    assert client.get("/settings/").status_code == 200


@pytest.mark.parametrize(
    ("to", "reason", "said"),
    [
        ("off", " ", "Write the reason"),
        ("on", "Mistaken.", "is not off"),
        ("away", "Mistaken.", "invalid choice"),
    ],
)
def test_otherwise_nothing_is_done_and_nobody_is_told(
    alice: User, switch: Any, to: str, reason: str, said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        switch(alice, to, reason)
    alice.refresh_from_db()
    assert alice.is_active
    assert mail.outbox == []


def test_it_is_switched_off_once(alice: User, switch: Any) -> None:
    switch(alice, "off")
    with pytest.raises(CommandError, match="is off already"):
        switch(alice, "off")
    assert len(mail.outbox) == 1
