"""The audit log speaks to people: every verb and every state has a name."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.accounts import acts, audit, notices
from portal.accounts.models import AuditEntry, Team, User
from portal.states import Stateful


def test_every_move_of_every_noun_has_a_name() -> None:
    moves = {
        f"{model._meta.model_name}.{status}"
        for model in apps.get_models()
        if issubclass(model, Stateful)
        for after in model.TRANSITIONS.values()
        for status in after
    }
    assert moves <= acts.VERBS.keys()


def test_everything_done_in_a_world_has_a_name(world: dict[str, Any]) -> None:
    assert set(AuditEntry.objects.values_list("verb", flat=True)) <= acts.VERBS.keys()
    facts = {name for new in AuditEntry.objects.values_list("new", flat=True) for name in new}
    assert facts <= acts.FACTS.keys()


def test_a_change_is_told_as_people_read_it(
    team: Team, alice: User, client_of: Callable[[User], Client]
) -> None:
    audit.record(
        "boost.edited", team, by=alice, team=team, old={"budget_fen": 100}, new={"budget_fen": 2550}
    )
    url = reverse("accounts:team-audit", args=[team.pk])
    shown = client_of(alice).get(url, {"verb": "boost.edited"}).content.decode()
    assert "Boost changed" in shown
    assert "Budget: ¥1.00 → ¥25.50" in shown


def test_a_notice_names_things_in_the_readers_language(world: dict[str, Any], alice: User) -> None:
    opening = world["opening"]
    with translation.override("en"):
        notices.notify([alice], "%(programme)s", url="/", programme=opening.programme)
    notice = alice.notices.latest("pk")
    with translation.override("zh-hans"):
        assert str(notice) == opening.programme.name_zh
    with translation.override("en"):
        assert str(notice) == opening.programme.name_en
