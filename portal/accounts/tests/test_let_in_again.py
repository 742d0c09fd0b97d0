"""Whoever lost device and recovery codes is let in again: by a command, for a reason, and told."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from portal.accounts.models import AuditEntry, User

SETUP = "/settings/second-factor/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def locked_out(manager: User) -> User:
    TOTP.activate(manager, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(manager)
    return manager


def let_in_again(email: str, reason: str) -> str:
    said = StringIO()
    call_command("let_in_again", email, reason=reason, stdout=said)
    return said.getvalue()


def test_the_next_login_asks_to_set_up_another(
    locked_out: User,
    client_of: Callable[[User], Client],
    settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.SECOND_FACTOR = True
    client = client_of(locked_out)
    assert client.get("/").headers.get("Location") != SETUP
    with django_capture_on_commit_callbacks(execute=True):
        assert locked_out.email in let_in_again(
            locked_out.email.upper(), "Called back; phone lost."
        )
    assert client.get("/").headers["Location"] == SETUP
    entry = AuditEntry.objects.get(verb="user.factors_taken_away")
    assert (entry.subject, entry.reason) == (f"user:{locked_out.pk}", "Called back; phone lost.")
    [told] = mail.outbox
    assert told.to == [locked_out.email]
    assert "taken away" in told.subject
    assert "/accounts/password/reset/" in str(told.body)


@pytest.mark.parametrize(
    ("email", "reason", "said"),
    [
        ("manager@example.com", " ", "Write the reason"),
        ("nobody@example.com", "Lost.", "Nobody has an account"),
        ("alice@example.com", "Lost.", "no second factor"),
    ],
)
def test_without_a_reason_an_account_or_a_factor_nothing_is_done(
    locked_out: User, alice: User, email: str, reason: str, said: str
) -> None:
    with pytest.raises(CommandError, match=said) as refused:
        let_in_again(email, reason)
    assert refused.value.returncode == 2
    assert Authenticator.objects.filter(user=locked_out).count() == 2
    assert not AuditEntry.objects.filter(verb="user.factors_taken_away").exists()
