"""Whoever is acted upon in a team is told of it, by mail, too, in his language."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import TestCase

from portal.accounts import people, teams
from portal.accounts.models import Role, Team, User
from portal.jobs import queue
from portal.jobs.models import Job
from portal.notices.models import Notice

Commit = Callable[..., Any]


@pytest.fixture
def commit() -> Commit:
    return TestCase.captureOnCommitCallbacks


def told(person: User) -> list[str]:
    return [str(notice) for notice in Notice.objects.filter(user=person).order_by("pk")]


def mailed() -> list[tuple[list[str], str]]:
    """What leaves now: to whom, and its subject."""
    mail.outbox.clear()
    for job in Job.objects.filter(kind="notices.mail", state="queued"):
        queue.run_now(job)
    return [(message.to, str(message.subject)) for message in mail.outbox]


def test_a_removed_member_is_told_and_mailed_in_his_language(
    team: Team, alice: User, bob: User
) -> None:
    people.choose_language(bob, "zh-hans")
    teams.remove(team.memberships.get(user=bob), by=alice)
    assert told(bob) == ["You are no longer in the team of Alice Beauty."]
    assert (["bob@example.com"], "您已被移出 Alice Beauty 的团队。") in mailed()
    assert not any("no longer" in sentence for sentence in told(alice))


def test_who_leaves_knows_it(team: Team, bob: User) -> None:
    teams.remove(team.memberships.get(user=bob), by=bob)
    assert told(bob) == []


def test_whose_role_changed_is_told_and_mailed(team: Team, alice: User, bob: User) -> None:
    teams.change_role(team.memberships.get(user=bob), role=Role.FINANCE, by=alice)
    assert told(bob) == ["Your role in the team of Alice Beauty is now: Finance."]
    sentence = "Your role in the team of Alice Beauty is now: Finance."
    assert [to for to, said in mailed() if sentence in said] == [["bob@example.com"]]


def test_owners_hear_who_joined(team: Team, alice: User, bob: User, charlie: User) -> None:
    invitation = teams.invite(team, email=charlie.email, role=Role.ANALYST, by=alice)
    teams.accept(invitation.token, by=charlie)
    assert told(alice)[-1] == "Charlie has joined the team of Alice Beauty: Analyst."
    assert "Charlie" not in " ".join(told(bob))


@pytest.mark.parametrize("address", ["nobody@example.com", "charlie@example.com"])
def test_whose_invitation_is_withdrawn_is_mailed_with_or_without_an_account(
    team: Team, alice: User, charlie: User, commit: Commit, address: str
) -> None:
    people.choose_language(charlie, "zh-hans")
    invitation = teams.invite(team, email=address, role=Role.ANALYST, by=alice)
    mail.outbox.clear()
    with commit(execute=True):
        teams.withdraw(invitation, by=alice)
    subject = (
        "加入 Alice Beauty 的邀请已撤回"
        if address == charlie.email
        else "Your invitation to Alice Beauty was withdrawn"
    )
    assert [(message.to, message.subject) for message in mail.outbox] == [([address], subject)]


def test_an_invitation_that_stays_is_not_said_to_be_withdrawn(
    team: Team, alice: User, bob: User, commit: Commit
) -> None:
    invitation = teams.invite(team, email="nobody@example.com", role=Role.ANALYST, by=alice)
    mail.outbox.clear()
    with pytest.raises(PermissionDenied), commit(execute=True):
        teams.withdraw(invitation, by=bob)
    assert mail.outbox == []
