"""Who gets a file of a list: whoever asked for it, while the list is open to him."""

from typing import Any

import pytest
from django.urls import reverse

from portal.accounts.models import Membership, User
from portal.exports import asking
from portal.exports.models import Export, folder
from portal.exports.tests.conftest import Ask, ClientOf
from portal.jobs import queue
from portal.jobs.models import Job, JobState
from portal.notices.models import Notice

NOT_OPEN = "You may not open this list any more"


@pytest.fixture
def asked(ask: Ask, bob: User) -> Export:
    """Bob, who helps Alice, has asked for her notes."""
    return ask(bob)


def leaves(bob: User) -> None:
    Membership.objects.filter(user=bob).delete()


def is_switched_off(bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)


def run(export: Export) -> Job:
    return queue.run_now(export.job)


@pytest.mark.parametrize("loses_it", [leaves, is_switched_off])
def test_whoever_may_not_open_the_list_any_more_gets_no_file(
    loses_it: object, asked: Export, bob: User
) -> None:
    assert callable(loses_it)
    loses_it(bob)
    job = run(asked)
    assert (job.state, job.cause, job.error[: len(NOT_OPEN)]) == (JobState.FAILED, "", NOT_OPEN)
    asked.refresh_from_db()
    assert (asked.stored, list(folder().iterdir())) == ("", [])
    assert not Notice.objects.filter(user=bob, url=asked.get_absolute_url()).exists()


def test_the_same_file_is_made_while_he_may(asked: Export, bob: User) -> None:
    """The twin of the refusal: nothing but the right differs."""
    assert run(asked).state == JobState.DONE
    asked.refresh_from_db()
    assert asked.path.exists()


def test_a_role_that_is_too_small_by_now_gets_no_file(
    ask: Ask, shop: Any, alice: User, client_of: ClientOf
) -> None:
    url = reverse("accounts:team-audit", args=[shop.team.pk])
    client_of(alice).get(url, {"export": "csv"})
    export = alice.exports.get()
    Membership.objects.filter(user=alice).update(role="analyst")
    assert run(export).error.startswith(NOT_OPEN)


def test_who_owes_a_second_factor_gets_no_file(ask: Ask, alice: User, settings: Any) -> None:
    export = ask(alice)
    settings.SECOND_FACTOR = True
    assert run(export).error.startswith(NOT_OPEN)
    settings.SECOND_FACTOR = False
    again = ask(alice)
    assert run(again).state == JobState.DONE


def test_a_file_is_fetched_only_while_its_list_is_open(
    asked: Export, bob: User, client_of: ClientOf
) -> None:
    run(asked)
    url, client = reverse("exports:export-file", args=[asked.pk]), client_of(bob)
    assert client.get(url).status_code == 200
    leaves(bob)
    assert client.get(url).status_code == 404
    shown = client.get(asked.get_absolute_url()).content.decode()
    assert NOT_OPEN in shown
    assert url not in shown


def test_nobody_else_fetches_it(
    asked: Export, alice: User, charlie: User, admin: User, rival: Any, client_of: ClientOf
) -> None:
    run(asked)
    for other in (alice, charlie, admin):
        for page in ("exports:export-detail", "exports:export-file"):
            answer = client_of(other).get(reverse(page, args=[asked.pk]))
            assert answer.status_code == 404, (other, page)


def test_an_address_that_answers_no_lines_is_refused(asked: Export) -> None:
    page = asked.list_address
    Export.objects.filter(pk=asked.pk).update(address=page)
    assert run(asked).error.startswith("This list cannot be made as it was asked for.")


@pytest.mark.parametrize("address", ["/nothing/here/?export=csv", "//elsewhere.example/", ""])
def test_an_address_of_no_list_is_refused(address: str, asked: Export) -> None:
    Export.objects.filter(pk=asked.pk).update(address=address)
    assert run(asked).error.startswith(NOT_OPEN)


def test_what_people_of_the_platform_ask_for_takes_no_place_of_a_merchant(
    ask: Ask, shop: Any, bob: User, manager: User
) -> None:
    assert ask(bob).job.team == shop.team
    assert ask(manager).job.team is None


def test_the_mark_of_a_file_cannot_be_sent_along(
    notes_url: str, long_lists: None, alice: User, client_of: ClientOf
) -> None:
    answer = client_of(alice).get(notes_url, {"export": "csv", "is_for_a_file": "1"})
    assert answer.status_code == 302


def test_the_right_is_asked_of_the_door_of_the_list(
    asked: Export, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the door whoever has left would get the file: it is what refuses him."""
    leaves(bob)
    assert not asking.is_open(asked)
    monkeypatch.setattr(
        "merchants.companies.models.MerchantQuerySet.visible_to", lambda rows, user: rows
    )
    monkeypatch.setattr("merchants.pages.access.enter", _lets_everybody_in)
    assert asking.is_open(asked)


def _lets_everybody_in(request: object, action: str, **place: object) -> None:
    request.may, request.team, request.place = {action}, None, {}  # type: ignore[attr-defined]
