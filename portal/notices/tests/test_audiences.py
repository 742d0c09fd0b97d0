"""Audiences: whom an act may concern. Nobody who has left is among them."""

import pytest
from django.db.models import QuerySet

from portal.accounts.models import AuditEntry, PlatformRole, Team, User
from portal.notices import audiences
from portal.notices.audiences import Audience


def names(audience: Audience, team: Team | None) -> set[str]:
    entry = AuditEntry(verb="team.created", team=team)
    return set(audience(entry, None).values_list("name", flat=True))


def test_the_team_is_all_of_it_or_those_whose_role_allows(team: Team) -> None:
    assert names(audiences.team, team) == {"Alice", "Bob", "Ana", "Fin"}
    assert names(audiences.team_who_may("boost.edit"), team) == {"Alice", "Bob"}
    assert names(audiences.team_who_may("wallet.view"), team) == {"Alice", "Fin"}


def test_no_team_is_nobody(team: Team, admin: User, manager: User) -> None:
    assert names(audiences.team, None) == names(audiences.team_who_may("boost.edit"), None) == set()


def test_people_of_the_platform_are_told_by_what_their_role_allows(
    team: Team, admin: User, manager: User
) -> None:
    assert names(audiences.platform_who_may("store.verify"), team) == {"Admin"}
    assert names(audiences.platform_who_may("boost.review"), team) == {"Manager"}


def test_the_second_is_told_when_the_first_is_not_there(
    team: Team, manager: User, admin: User
) -> None:
    audience = audiences.either(
        audiences.colleague(lambda row: manager, "boost.review"),
        audiences.platform_who_may("store.verify"),
    )
    assert names(audience, team) == {"Manager"}
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert names(audience, team) == {"Admin"}


@pytest.mark.parametrize("role", ["", PlatformRole.ADMIN])
def test_a_colleague_is_told_as_long_as_his_role_lets_him(
    team: Team, manager: User, role: str
) -> None:
    audience = audiences.colleague(lambda row: manager, "boost.review")
    assert names(audience, team) == {"Manager"}
    User.objects.filter(pk=manager.pk).update(platform_role=role)
    assert names(audience, team) == set()


def test_nobody_who_has_left_is_told(team: Team, admin: User) -> None:
    asked = [
        audiences.team,
        audiences.team_who_may("boost.edit"),
        audiences.platform_who_may("store.verify"),
        audiences.colleague(lambda row: admin, "store.verify"),
    ]
    assert all(names(audience, team) for audience in asked)
    User.objects.update(is_active=False)
    assert [names(audience, team) for audience in asked] == [set()] * 4


def test_a_colleague_who_is_not_named_is_nobody(team: Team) -> None:
    assert names(audiences.colleague(lambda row: None, "boost.review"), team) == set()


def test_of_two_audiences_everybody_is_told_once(team: Team, manager: User, admin: User) -> None:
    """Each is asked about the entry and the row that are told of."""
    asked = AuditEntry(verb="team.created", team=team)

    def named(entry: AuditEntry, row: object) -> QuerySet[User]:
        assert (entry, row) == (asked, "a row")
        return User.objects.filter(pk__in=[manager.pk, admin.pk])

    def finds(row: object) -> User:
        assert row == "a row"
        return manager

    audience = audiences.both(named, audiences.colleague(finds, "boost.review"))
    told = audience(asked, "a row").values_list("name", flat=True)
    assert sorted(told) == ["Admin", "Manager"]
    inside = audiences.both(audiences.team_who_may("wallet.view"), audiences.team)
    assert sorted(inside(asked, None).values_list("name", flat=True)) == [
        "Alice", "Ana", "Bob", "Fin",
    ]  # fmt: skip
