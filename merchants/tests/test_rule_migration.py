"""Rules from when each was signed by itself: every one gets a change, and keeps its key."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection

from portal import clock
from portal.accounts.models import User
from tests import migrating

Migrate = Callable[[str], Apps]
BEFORE, AFTER = "0015_notes_have_texts_and_covers", "0016_rule_changes"


@pytest.fixture
def migrate(transactional_db: None) -> Iterator[Migrate]:
    """`migrate(name)` takes this app's tables there and returns the models of that time."""
    yield partial(migrating.migrate, "merchants")
    migrating.back_to_today()


def rows(columns: str, table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY id")
        return list(cursor.fetchall())


SCOPE = "id, programme_id, category_id, placement, store_kind, state, effective_at"
ACT = "status, reason, author_id, approver_id, submitted_at, signed_at"


def test_rules_of_before_are_changes_of_one_line_and_go_back_as_they_were(
    migrate: Migrate, admin: User, second_admin: User
) -> None:
    before = migrate(BEFORE)
    rule: Any = before.get_model("merchants", "Opening")
    programme = before.get_model("merchants", "Programme").objects.get(code="red-cat")
    beauty = before.get_model("merchants", "Category").objects.get(code="beauty")
    now = clock.now()
    for number, status in enumerate(["proposed", "signed", "rejected", "withdrawn"]):
        is_signed = status == "signed"
        rule.objects.create(
            programme=programme,
            category=beauty,
            placement="note_body",
            store_kind="tmall",
            state="open",
            effective_at=now + number * timedelta(days=1),
            reason=f"Because {number}.",
            status=status,
            author_id=admin.pk,
            approver_id=second_admin.pk if is_signed else None,
            signed_at=now if is_signed else None,
        )
    scopes, acts = rows(SCOPE, "merchants_opening"), rows(ACT, "merchants_opening")
    migrate(AFTER)
    assert rows(SCOPE, "merchants_opening") == scopes
    assert rows(ACT, "merchants_rulechange") == acts
    assert rows("change_id = id, signed_at IS NOT NULL", "merchants_opening") == [
        (True, False), (True, True), (True, False), (True, False),
    ]  # fmt: skip
    migrate(BEFORE)
    assert rows(SCOPE, "merchants_opening") == scopes
    assert rows(ACT, "merchants_opening") == acts
