"""A move is one thing with what follows from it: its audit entry and whoever listens."""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import StoreKind
from merchants.stores import verbs as stores
from merchants.stores.models import Store, StoreStatus
from portal.accounts import audit
from portal.accounts.models import AuditEntry, User
from portal.notices.models import Notice
from portal.refusals import Refusal
from portal.review.subjects import Entrance
from portal.states import moved
from tests.sources import modules

Listener = Callable[..., None]


@pytest.fixture
def waiting(shop: Merchant, alice: User) -> Store:
    """A store of Alice's that waits for an admin."""
    return stores.register(
        shop,
        kind=StoreKind.JD,
        name="Alice at JD",
        external_id="jd-1",
        url="https://mall.jd.com/index-1000001.html",
        by=alice,
    )


@contextmanager
def _listening(listener: Listener) -> Iterator[None]:
    moved.connect(listener, sender=Store)
    try:
        yield
    finally:
        moved.disconnect(listener, sender=Store)


def _world() -> tuple[Any, ...]:
    """All that a move of a store writes."""
    return (
        list(Store.objects.order_by("pk").values()),
        list(AuditEntry.objects.order_by("pk").values()),
        list(Notice.objects.order_by("pk").values()),
    )


def test_a_listener_hears_who_moved_what_from_where_and_why(waiting: Store, admin: User) -> None:
    heard: list[dict[str, Any]] = []

    def listen(sender: type[Store], **told: Any) -> None:
        heard.append({"sender": sender, **told})

    with _listening(listen):
        store = stores.reject(
            waiting, version=waiting.version, reason="The address is not a store's.", by=admin
        )
    (told,) = heard
    assert (told["sender"], told["row"], told["by"]) == (Store, store, admin)
    assert (told["old"], told["new"]) == (StoreStatus.VERIFYING, StoreStatus.REJECTED)
    assert told["reason"] == "The address is not a store's."


def test_a_listener_finds_the_row_and_its_audit_entry_written(waiting: Store, admin: User) -> None:
    seen: list[tuple[str, str]] = []

    def listen(sender: type[Store], row: Store, **told: Any) -> None:
        entry = AuditEntry.objects.get(subject=f"store:{row.pk}", verb="store.verified")
        seen.append((Store.objects.get(pk=row.pk).status, entry.new["status"]))

    with _listening(listen):
        stores.verify(waiting, version=waiting.version, by=admin)
    assert seen == [(StoreStatus.VERIFIED, StoreStatus.VERIFIED)]


def test_the_audit_listens_before_every_other_app() -> None:
    _key, first, *_more = moved.receivers[0]
    assert first() is audit.record_move


def test_a_listener_that_fails_leaves_everything_as_it_was(waiting: Store, admin: User) -> None:
    def listen(sender: type[Store], **told: Any) -> None:
        raise ZeroDivisionError

    before = _world()
    with _listening(listen), pytest.raises(ZeroDivisionError):
        stores.verify(waiting, version=waiting.version, by=admin)
    assert _world() == before
    stores.verify(waiting, version=waiting.version, by=admin)
    assert _world() != before


def test_a_move_outside_of_a_verb_is_undone_with_its_listener(waiting: Store, admin: User) -> None:
    def listen(sender: type[Store], **told: Any) -> None:
        raise ZeroDivisionError

    before = _world()
    waiting.entrance = Entrance(admin, waiting.version, waiting.snapshot(), ())
    with _listening(listen), pytest.raises(ZeroDivisionError):
        waiting.move_to(StoreStatus.VERIFIED, by=admin)
    assert _world() == before


def test_what_a_listener_refuses_is_told_to_the_person(
    waiting: Store, admin: User, client_of: Callable[[User], Client]
) -> None:
    def listen(sender: type[Store], **told: Any) -> None:
        raise Refusal("The upper room has another plan for this store.")

    url = reverse("review:review-detail", args=["store", waiting.pk])
    with _listening(listen):
        typed = {"version": waiting.version, "decision": "verify", "reason": ""}
        answer = client_of(admin).post(url, typed)
    assert answer.status_code == 422
    assert "The upper room has another plan for this store." in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.status == StoreStatus.VERIFYING


def test_nobody_writes_a_status_but_a_move() -> None:
    written = [
        f"{path}:{node.lineno}"
        for path, tree in modules()
        if path != Path("portal/states.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt | ast.expr) and _writes_a_status(node)
    ]
    assert written == []


def _writes_a_status(node: ast.AST) -> bool:
    """`row.status = ...`, or `rows.update(status=...)`."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(
            isinstance(part, ast.Attribute) and part.attr == "status"
            for target in targets
            for part in ast.walk(target)
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        updates = node.func.attr in {"update", "update_or_create"}
        return updates and any(keyword.arg == "status" for keyword in node.keywords)
    return False
