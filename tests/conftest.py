"""The world of the permission table: one object of each kind, all of Alice's merchant."""

from typing import Any

import pytest

from portal.accounts import teams
from portal.accounts.models import Role, Team, User
from portal.jobs.models import Job


@pytest.fixture
def cast(
    team: Team,
    alice: User,
    bob: User,
    ana: User,
    fin: User,
    charlie: User,
    manager: User,
    admin: User,
) -> dict[str, User | None]:
    """Who asks, by persona."""
    teams.create("Charlie Ltd", owner=charlie)
    return {
        "anonymous": None,
        "owner": alice,
        "operator": bob,
        "analyst": ana,
        "finance": fin,
        "stranger": charlie,
        "account_manager": manager,
        "admin": admin,
    }


@pytest.fixture
def world(team: Team, alice: User) -> dict[str, Any]:
    """What is asked for, by the name the table uses."""
    teams.invite(team, email="new@alice.example.com", role=Role.ANALYST, by=alice)
    return {
        "team": team,
        "made_up_key": "made-up",
        "made_up_uid": "a1",
        "made_up_number": 10**9,
        "job": Job.objects.create(kind="alice", team=team, created_by=alice),
    }
