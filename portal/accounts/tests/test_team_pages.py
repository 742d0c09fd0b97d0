"""The team's pages, the audit log and the first admin."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from portal.accounts import audit, versions
from portal.accounts.models import AuditEntry, Role, Team, User

ClientOf = Callable[[User], Client]


def test_alice_invites_and_the_mail_leaves(
    team: Team, alice: User, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_of(alice).post(
            reverse("accounts:team-invite", args=[team.pk]),
            {"email": "new@example.com", "role": Role.ANALYST},
        )
    assert answer.status_code == 302
    assert mail.outbox[-1].to == ["new@example.com"]


def test_a_refused_invitation_keeps_what_was_typed(
    team: Team, alice: User, bob: User, client_of: ClientOf
) -> None:
    answer = client_of(alice).post(
        reverse("accounts:team-invite", args=[team.pk]), {"email": bob.email, "role": "finance"}
    )
    assert answer.status_code == 422
    assert bob.email in answer.content.decode()


def test_the_last_owner_is_told_why_he_stays(team: Team, alice: User, client_of: ClientOf) -> None:
    own = team.memberships.get(user=alice)
    leave = reverse("accounts:membership-remove", args=[team.pk, own.pk])
    page = client_of(alice).post(leave, {"version": versions.of(own)}, follow=True)
    assert "A team needs an owner" in page.content.decode()
    assert team.memberships.filter(user=alice).exists()


@pytest.mark.parametrize(
    "act",
    [lambda: AuditEntry.objects.update(reason="x"), lambda: AuditEntry.objects.all().delete()],
)
def test_nobody_rewrites_the_audit_log(alice: User, act: Callable[[], Any]) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act()


def test_the_audit_page_is_exported_without_formulas(
    team: Team, alice: User, client_of: ClientOf
) -> None:
    audit.record("team.created", team, by=alice, team=team, reason="=1+1")
    url = reverse("accounts:team-audit", args=[team.pk])
    answer: Any = client_of(alice).get(url, {"export": "csv"})
    assert "'=1+1" in b"".join(answer.streaming_content).decode("utf-8-sig")


@pytest.mark.parametrize(
    "query",
    [
        "page=nonsense",
        "page=999",
        "page=-1",
        "page=" + "9" * 500,
        "sort=nothing",
        "per_page=10000000",
        "per_page=-1",
        "per_page=" + "9" * 500,
    ],
)
def test_nonsense_in_the_address_is_answered(
    team: Team, alice: User, client_of: ClientOf, query: str
) -> None:
    url = reverse("accounts:team-audit", args=[team.pk])
    assert client_of(alice).get(f"{url}?{query}").status_code == 200


def test_what_only_alice_may_see_is_kept_by_no_cache(
    team: Team, alice: User, client_of: ClientOf
) -> None:
    answer = client_of(alice).get(reverse("accounts:team-detail", args=[team.pk]))
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("role", ["admin", "account_manager"])
def test_a_person_of_the_platform_can_sign_in(
    role: str, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEW_PASSWORD", "a long and odd sentence")
    call_command("create_person", "root@example.com", role=role, stdout=StringIO())
    assert User.objects.get(email="root@example.com").platform_role == role
    answer = Client().post(
        reverse("account_login"),
        {"login": "root@example.com", "password": "a long and odd sentence"},
    )
    assert answer.status_code == 302
    with pytest.raises(CommandError, match="has an account already"):
        call_command("create_person", "root@example.com", role=role, stdout=StringIO())
