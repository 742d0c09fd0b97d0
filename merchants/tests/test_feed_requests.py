"""A merchant without notes asks for the community's feed; the platform answers."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.notes import feed_requests
from merchants.notes import verbs as notes
from merchants.notes.models import FeedRequest, Note
from portal import clock, words
from portal.accounts.models import Membership, Role, User
from portal.notices.models import Notice
from portal.refusals import Refusal
from portal.states import TransitionError
from tests.racing import at_once

ClientOf = Callable[[User], Client]


@pytest.fixture
def new(shop: Merchant) -> Merchant:
    """Alice's merchant before its first note."""
    Note.objects.all().delete()
    return shop


@pytest.fixture
def asked(new: Merchant, bob: User) -> FeedRequest:
    return feed_requests.ask(new, account_name="Alice in the community", by=bob)[0]


def notes_page(client: Client, merchant: Merchant) -> str:
    return client.get(reverse("merchants:note-list", args=[merchant.code])).content.decode()


def told(person: User) -> list[str]:
    return [str(notice) for notice in Notice.objects.filter(user=person).order_by("-pk")]


def test_who_has_no_note_is_told_how_they_come_and_asks_for_the_feed(
    client_of: ClientOf, alice: User, admin: User, new: Merchant
) -> None:
    client, form = client_of(alice), reverse("merchants:feed-request-new", args=[new.code])
    assert f'href="{form}"' in notes_page(client, new)
    client.post(form, {"account_name": "  Alice\u200b in the community "})
    asked = FeedRequest.objects.get()
    assert asked.account_name == "Alice in the community"
    page = notes_page(client, new)
    assert words.instant(asked.due_at) in page
    assert f'href="{form}"' not in page
    assert told(admin)[0] == "Alice Beauty asks for the community's feed."


def test_who_has_notes_is_not_bothered_with_it(
    client_of: ClientOf, alice: User, shop: Merchant
) -> None:
    page = notes_page(client_of(alice), shop)
    assert "How your notes come" not in page
    assert "Ask for another account" in page


def test_an_analyst_reads_how_notes_come_and_cannot_ask(
    client_of: ClientOf, ana: User, new: Merchant
) -> None:
    Membership.objects.create(team=new.team, user=ana, role=Role.ANALYST)
    page = notes_page(client_of(ana), new)
    assert "How your notes come" in page
    assert reverse("merchants:feed-request-new", args=[new.code]) not in page


def test_asked_again_it_is_the_one_that_waits(
    client_of: ClientOf, alice: User, asked: FeedRequest
) -> None:
    form = reverse("merchants:feed-request-new", args=[asked.merchant.code])
    answer = client_of(alice).post(form, {"account_name": "Another"}, follow=True)
    assert "You have asked already" in answer.content.decode()
    assert FeedRequest.objects.get() == asked


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_ask_once(new: Merchant, alice: User, bob: User) -> None:
    done, refused = at_once(
        *(lambda by=by: feed_requests.ask(new, account_name="A", by=by) for by in (alice, bob))
    )
    assert refused == []
    assert sorted(is_new for _asked, is_new in done) == [False, True]
    assert FeedRequest.objects.count() == 1


def test_the_queue_says_who_asked_and_until_when(
    client_of: ClientOf, admin: User, asked: FeedRequest
) -> None:
    queue = client_of(admin).get(reverse("review:review-list")).content.decode()
    assert asked.account_name in queue
    assert asked.merchant.name in queue
    assert words.instant(asked.due_at) in queue


def test_an_approved_one_says_what_happens_next_until_the_first_note(
    client_of: ClientOf, admin: User, alice: User, asked: FeedRequest
) -> None:
    feed_requests.approve(asked, version=asked.version, reason="From tonight on.", by=admin)
    page = notes_page(client_of(alice), asked.merchant)
    assert "appears here within a day" in page
    assert "From tonight on." in page
    assert "what you publish appears within a day" in told(alice)[0]


def awaited() -> list[str]:
    out = StringIO()
    call_command("awaited_notes", "--json", stdout=out)
    return [one["account"] for one in json.loads(out.getvalue())]


def mirrored(merchant: Merchant, external_id: str, title: str = "A", account: str = "A") -> Note:
    return notes.mirror(
        merchant, external_id=external_id, title=title, author_name=account, kind="image",
        published_at=clock.now(),
    )  # fmt: skip


def test_an_approved_account_is_awaited_until_the_feed_brings_a_new_note(
    admin: User, asked: FeedRequest
) -> None:
    """That it is connected nobody says; a note of that account says so, none of another does."""
    account = asked.account_name
    mirrored(asked.merchant, "n1", account=account)
    assert awaited() == []
    feed_requests.approve(asked, version=asked.version, by=admin)
    assert awaited() == [asked.account_name]
    mirrored(asked.merchant, "n1", title="B", account=account)
    assert awaited() == [asked.account_name]
    mirrored(asked.merchant, "n2", account="Another account")
    assert awaited() == [account]
    mirrored(asked.merchant, "n3", account=account.upper())
    assert awaited() == []


@pytest.mark.parametrize("answer", [feed_requests.approve, feed_requests.reject])
def test_an_answer_is_read_although_notes_came_before_it(
    client_of: ClientOf, admin: User, alice: User, asked: FeedRequest, answer: Any
) -> None:
    mirrored(asked.merchant, "n1")
    answer(asked, version=asked.version, reason="As your contract says.", by=admin)
    assert "As your contract says." in notes_page(client_of(alice), asked.merchant)
    with clock.at(clock.now() + FeedRequest.SHOWN_FOR):
        page = notes_page(client_of(alice), asked.merchant)
    assert "As your contract says." not in page
    assert "Ask for another account" in page


def test_a_rejected_one_says_why_and_another_may_be_made(
    client_of: ClientOf, admin: User, alice: User, asked: FeedRequest
) -> None:
    with pytest.raises(Refusal, match="reason"):
        feed_requests.reject(asked, version=asked.version, reason=" ", by=admin)
    feed_requests.reject(asked, version=asked.version, reason="Not your account.", by=admin)
    assert "Not your account." in notes_page(client_of(alice), asked.merchant)
    assert "rejected" in told(alice)[0]
    again, is_new = feed_requests.ask(asked.merchant, account_name="Mine", by=alice)
    assert is_new
    assert again.pk != asked.pk


def test_what_waits_is_withdrawn_by_those_who_may_ask(
    client_of: ClientOf, alice: User, admin: User, charlie: User, asked: FeedRequest
) -> None:
    with pytest.raises(PermissionDenied):
        feed_requests.withdraw(asked, by=charlie)
    button = reverse("merchants:feed-request-withdraw", args=[asked.merchant.code, asked.pk])
    client_of(alice).post(button)
    asked.refresh_from_db()
    assert asked.status == "withdrawn"
    with pytest.raises(Refusal, match="waits for no decision any more"):
        feed_requests.approve(asked, version=asked.version, by=admin)


def test_what_was_answered_is_not_withdrawn(alice: User, admin: User, asked: FeedRequest) -> None:
    feed_requests.approve(asked, version=asked.version, by=admin)
    with pytest.raises(TransitionError):
        feed_requests.withdraw(asked, by=alice)


def test_who_else_asked_for_the_account_is_shown_to_whoever_decides(
    client_of: ClientOf, admin: User, charlie: User, rival: Merchant, asked: FeedRequest
) -> None:
    feed_requests.ask(rival, account_name=asked.account_name.upper(), by=charlie)
    page = reverse("review:review-detail", args=["feed", asked.pk])
    shown = client_of(admin).get(page)
    assert [other.merchant for other in shown.context["others"]] == [rival]
    assert "Said by the merchant, not proven" in shown.content.decode()
