"""What is sent without the version of what was read, or with one of something else, is told and not
done: by forms, by buttons whose act rests on their page, and by decisions.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from portal.accounts import audit
from portal.accounts.models import AuditEntry, User
from portal.review.kinds import Answer, Kind
from portal.review.subjects import Reviewable
from tests.deciding import answers, is_open, typed
from tests.permission_table import address
from tests.test_act_versions import PRESSES, At, Press, done, version_for
from tests.test_edit_versions import EDITS, Edit, editable, opened  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
World = dict[str, Any]

# As a button sends it, made of what the page had put there; None is not to send it at all.
UNREAD: dict[str, Callable[[str], str | None]] = {
    "missing": lambda _read: None,
    "empty": lambda _read: "",
    "nonsense": lambda _read: "<x>",
    "a negative one": lambda read: f"-{read}",
    "one that no number holds": lambda _read: "9" * 5000,
    "an older one of another": lambda _read: str(_of_another().earliest("pk").pk),
    "a newer one of another": lambda _read: str(_of_another().latest("pk").pk),
}


def _of_another() -> QuerySet[AuditEntry]:
    """What was done to Charlie, who is nobody's subject here."""
    return AuditEntry.objects.filter(subject=audit.name_of(User.objects.get(name="Charlie")))


def _renamed(charlie: User) -> None:
    audit.record("user.renamed", charlie, by=charlie, new={"name": "C."})


SAID = "Not saved: the form did not say which state you had read."


@contextmanager
def _undone() -> Iterator[None]:
    """What is done in here is as if it had never been: each way finds the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _with(form: dict[str, str], version: str | None) -> dict[str, str]:
    kept = {name: value for name, value in form.items() if name != "version"}
    return kept if version is None else {**kept, "version": version}


@pytest.mark.parametrize("edit", {edit.url_name: edit for edit in EDITS}.values(), ids=str)
def test_a_form_that_does_not_say_what_was_read_saves_nothing(
    edit: Edit,
    editable: World,  # noqa: F811 - the fixture
    client_of: ClientOf,
    alice: User,
    admin: User,
    charlie: User,
) -> None:
    client = client_of({"alice": alice, "admin": admin}[edit.persona])
    page = address(edit, editable)
    _renamed(charlie)
    form = opened(client, page)
    read, seen = json.loads(form["version"])
    _renamed(charlie)
    for way, unread in UNREAD.items():
        made = unread(read)
        with _undone():
            for version in {made, made and json.dumps([made, seen])}:
                acts = AuditEntry.objects.count()
                told = client.post(page, _with(form, version))
                assert told.status_code == 422, way
                assert SAID in told.content.decode(), way
                assert AuditEntry.objects.count() == acts, way
            again = told.context["form"]["version"].value()
            assert client.post(page, _with(form, again)).status_code == 302, way


@pytest.mark.parametrize("press", PRESSES, ids=str)
def test_a_button_that_does_not_say_what_was_read_does_nothing(
    press: Press, world: World, alice: User, client_of: ClientOf, charlie: User
) -> None:
    press.before(world)
    client, row = client_of(alice), world[press.row]
    url = address(At(press.url_name, press.args), world)
    _renamed(charlie)
    page = client.get(address(At(press.page, press.args), world)).content.decode()
    read, acts = version_for(url, page), done(row)
    _renamed(charlie)
    for way, unread in UNREAD.items():
        with _undone():
            told = client.post(url, _with({}, unread(read)), follow=True)
            assert "Not done: this was changed since you opened it." in told.content.decode(), way
            assert done(row) == acts, way
            pressed = client.post(url, {"version": read}, follow=True)
            assert "Not done" not in pressed.content.decode(), way


@answers
def test_a_decision_that_does_not_say_what_was_read_is_told_and_not_taken(
    hand_in: Callable[[str], Reviewable],
    manager: User,
    neutral: Callable[[Kind], User],
    client_of: ClientOf,
    kind: Kind,
    answer: Answer,
) -> None:
    read = hand_in(kind.code)
    client, url = (
        client_of(neutral(kind)),
        reverse("review:review-detail", args=[kind.code, read.pk]),
    )
    for version in (None, "", "<x>", "9" * 5000):
        told = client.post(url, _with(typed(read, answer, manager), version))
        assert told.status_code == 422
        assert "Not taken: this was changed since you opened it." in told.content.decode()
        assert is_open(read)
