"""Every decision passes the one door, and nobody decides what concerns him.

Each kind of the queue is tried, each of its answers, by its verb and by its page.
"""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from campaigns.tests.conftest import a_boost, money  # noqa: F401 - fixtures
from merchants.companies.models import Merchant
from merchants.stores import verbs as stores
from portal import clock
from portal.accounts import audit, teams
from portal.accounts.models import (
    AuditEntry,
    FormerMember,
    Membership,
    PlatformRole,
    Role,
    User,
)
from portal.refusals import Refusal
from portal.review import concerned, kinds
from portal.review.concerned import ties_of
from portal.review.kinds import Answer, Kind
from portal.review.subjects import Reviewable
from tests.deciding import (
    ADMIN,
    APART,
    DAY,
    answers,
    answers_to_teams,
    assert_refused,
    changes_sides,
    decide,
    is_open,
    joins,
    leave_all_teams,
    role_for,
    team_and_owner,
)

pytestmark = pytest.mark.django_db


@answers
def test_who_wrote_it_does_not_decide_however_long_ago_he_left(
    hand_in: Callable[[str], Reviewable],
    bob: User,
    cashier: User,
    treasurer: User,
    lawyer: User,
    manager: User,
    neutral: Callable[[Kind], User],
    client_of: Callable[[User], Client],
    kind: Kind,
    answer: Answer,
) -> None:
    subject = hand_in(kind.code)
    with clock.at(clock.now() - APART - DAY):
        leave_all_teams(bob)
    written_here = {"payment": cashier, "top-up": treasurer, "rulechange": lawyer}
    author = written_here.get(kind.code) or changes_sides(bob, kind)
    assert_refused(
        subject, kind, answer, by=author, manager=manager, client_of=client_of,
        saying="You wrote, changed or handed in this yourself.",
    )  # fmt: skip
    reviewer = neutral(kind)
    assert kind.waiting(ties_of(reviewer)).filter(pk=subject.pk).exists()
    decide(subject, answer, by=reviewer, manager=manager)
    assert not is_open(subject)
    written = AuditEntry.objects.filter(subject=audit.name_of(subject), actor=reviewer)
    assert written.latest("pk").reason == "Because."


@answers_to_teams
def test_who_left_the_team_lately_does_not_decide_and_after_90_days_he_does(
    hand_in: Callable[[str], Reviewable],
    ana: User,
    manager: User,
    client_of: Callable[[User], Client],
    kind: Kind,
    answer: Answer,
) -> None:
    subject = hand_in(kind.code)
    joins(ana, subject)
    assert subject.submitted_at
    with clock.at(subject.submitted_at - APART + DAY):
        leave_all_teams(ana)
    former = changes_sides(ana, kind)
    assert_refused(
        subject, kind, answer, by=former, manager=manager, client_of=client_of,
        saying="You belong, or belonged until 90 days before this request",
    )  # fmt: skip
    team_and_owner(subject)[0].former_members.update(left_at=subject.submitted_at - APART - DAY)
    assert kind.waiting(ties_of(former)).filter(pk=subject.pk).exists()
    decide(subject, answer, by=former, manager=manager)
    assert not is_open(subject)


@answers_to_teams
def test_who_left_after_it_was_handed_in_does_not_decide(
    hand_in: Callable[[str], Reviewable],
    ana: User,
    manager: User,
    client_of: Callable[[User], Client],
    kind: Kind,
    answer: Answer,
) -> None:
    subject = hand_in(kind.code)
    joins(ana, subject)
    leave_all_teams(ana)
    assert_refused(
        subject, kind, answer, by=changes_sides(ana, kind), manager=manager,
        client_of=client_of, saying="to the team that asks",
    )  # fmt: skip


@pytest.mark.parametrize("address", ["private@example.com", "Ana@Example.com"])
def test_who_is_invited_at_another_of_his_addresses_does_not_decide(
    hand_in: Callable[[str], Reviewable], ana: User, address: str
) -> None:
    """Ana proved a second address, then uses it to sign in; she was invited at either."""
    subject = hand_in("store")
    team, owner = team_and_owner(subject)
    EmailAddress.objects.create(user=ana, email="Private@example.com", verified=True)
    teams.invite(team, email=address, role=Role.OWNER, by=owner)
    User.objects.filter(pk=ana.pk).update(email="private@example.com")
    User.objects.filter(pk=ana.pk).update(platform_role=ADMIN)
    reviewer = User.objects.get(pk=ana.pk)
    assert "to the team that asks" in concerned.objection(subject, reviewer)


def test_no_team_keeps_a_reviewer_from_deciding_by_inviting_him(
    hand_in: Callable[[str], Reviewable], admin: User
) -> None:
    subject = hand_in("store")
    EmailAddress.objects.create(user=admin, email="Private@example.com", verified=True)
    asking, owner = team_and_owner(subject)
    for address in (admin.email, "private@example.com"):
        teams.invite(asking, email=address, role=Role.OWNER, by=owner)
    assert concerned.objection(subject, admin) == ""
    waiting = kinds.of("store").waiting(ties_of(admin))  # type: ignore[union-attr]
    assert waiting.filter(pk=subject.pk).exists()


def test_a_role_that_was_taken_away_while_the_page_was_read_decides_nothing(
    hand_in: Callable[[str], Reviewable], admin: User
) -> None:
    store = hand_in("store")
    for loss in ({"platform_role": ""}, {"platform_role": ADMIN, "is_active": False}):
        User.objects.filter(pk=admin.pk).update(**loss)
        with pytest.raises(PermissionDenied):
            stores.verify(store, version=store.version, by=admin)  # type: ignore[arg-type]
    User.objects.filter(pk=admin.pk).update(is_active=True)
    stores.verify(store, version=store.version, by=admin)  # type: ignore[arg-type]


@answers_to_teams
def test_who_is_invited_to_the_team_does_not_decide(
    hand_in: Callable[[str], Reviewable],
    ana: User,
    manager: User,
    client_of: Callable[[User], Client],
    kind: Kind,
    answer: Answer,
) -> None:
    subject = hand_in(kind.code)
    team, owner = team_and_owner(subject)
    invitation = teams.invite(team, email=ana.email, role=Role.OWNER, by=owner)
    invited = changes_sides(ana, kind)
    assert_refused(
        subject, kind, answer, by=invited, manager=manager, client_of=client_of,
        saying="to the team that asks",
    )  # fmt: skip
    with clock.at(invitation.expires_at):
        assert concerned.objection(subject, invited) == ""
    teams.withdraw(invitation, by=owner)
    decide(subject, answer, by=invited, manager=manager)
    assert not is_open(subject)


def as_from_before_the_rule(member: User, role: PlatformRole) -> User:
    """`member` with a role of the platform, as rows may be that are older than the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_user DISABLE TRIGGER platform_role_is_no_members")
        User.objects.filter(pk=member.pk).update(platform_role=role)
        cursor.execute("ALTER TABLE accounts_user ENABLE TRIGGER platform_role_is_no_members")
    return User.objects.get(pk=member.pk)


@answers_to_teams
def test_a_member_does_not_decide_even_where_old_rows_let_him_be_both(
    hand_in: Callable[[str], Reviewable],
    manager: User,
    kind: Kind,
    answer: Answer,
) -> None:
    subject = hand_in(kind.code)
    _team, both = team_and_owner(subject)
    both = as_from_before_the_rule(both, role_for(kind))
    with pytest.raises(Refusal, match="A colleague has to decide"):
        decide(subject, answer, by=both, manager=manager)
    assert is_open(subject)


def test_what_one_did_for_others_and_what_others_did_here_concerns_nobody(
    hand_in: Callable[[str], Reviewable],
    rival: Merchant,
    ana: User,
    charlie: User,
    manager: User,
) -> None:
    """Ana wrote a store of Charlie's, left his team and is invited back; here, others were."""
    subject = hand_in("store")
    team, owner = team_and_owner(subject)
    teams.invite(team, email="dora@example.com", role=Role.ANALYST, by=owner)
    FormerMember.objects.create(team=team, user=manager)
    Membership.objects.create(team=rival.team, user=ana, role=Role.OPERATOR)
    other = stores.register(
        rival,
        kind="jd",
        name="At JD",
        external_id="2000002",
        url="https://mall.jd.com/index-2000002.html",
        by=ana,
    )
    teams.remove(rival.team.memberships.get(user=ana), by=ana)
    teams.invite(rival.team, email=ana.email, role=Role.ANALYST, by=charlie)
    ana.platform_role = PlatformRole.ADMIN
    ana.save()
    assert concerned.objection(subject, ana) == ""
    assert User.objects.filter(concerned.wrote(other), pk=ana.pk).exists()
    assert User.objects.filter(concerned.was_of_its_team(other), pk=ana.pk).exists()


@pytest.mark.parametrize("kind", list(kinds.every()), ids=lambda kind: kind.code)
def test_whoever_returned_it_once_may_decide_again(
    hand_in: Callable[[str], Reviewable], manager: User, neutral: Callable[[Kind], User], kind: Kind
) -> None:
    subject, reviewer = hand_in(kind.code), neutral(kind)
    decide(subject, kind.answers[-1], by=reviewer, manager=manager)
    AuditEntry.objects.get(actor=reviewer)
    assert concerned.objection(subject, reviewer) == ""


def test_a_room_above_may_ask_one_more_question(
    waiting: dict[str, Reviewable],
    admin: User,
    client_of: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(concerned, "_questions", [*concerned._questions])
    acts_for_it = concerned.Question(lambda subject: Q(pk=admin.pk), lambda: "You act for it.")
    concerned.add(acts_for_it)
    store = waiting["store"]
    with pytest.raises(Refusal, match="You act for it"):
        stores.verify(store, version=store.version, by=admin)  # type: ignore[arg-type]
    other = reverse("review:review-detail", args=["merchant", waiting["merchant"].pk])
    assert "You act for it." in client_of(admin).get(other).content.decode()
