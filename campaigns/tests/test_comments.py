"""Reviewers and merchants talk about what waits; each side reads what is meant for it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from campaigns.boosts import decisions
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund
from campaigns.ledger.models import Payment
from campaigns.ledger.payments import TWO_PERSON_FEN
from campaigns.tests.conftest import RequestBoost, execute, large
from portal.accounts import versions
from portal.accounts.models import AuditEntry, PlatformRole, User
from portal.notices.models import Notice
from portal.review import comments, concerned
from portal.review.comments import CommentRefusal
from portal.review.concerned import objection
from portal.review.models import Comment, CommentQuerySet
from portal.review.subjects import Reviewable
from tests.deciding import leave_all_teams

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
CANARY = "canary-7f3a"


@pytest.fixture
def waiting(money: None, a_boost: RequestBoost, alice: User) -> Boost:
    return boosts.submit(a_boost(), by=alice)


@pytest.fixture
def fund_payment(fund: Fund, admin: User) -> Payment:
    """A large payment into a fund that waits for a second admin."""
    return large(funds.pay_in(fund, amount_fen=TWO_PERSON_FEN + 1, reference="f-2", by=admin))


def inside(boost: Reviewable, by: User, text: str = CANARY) -> Comment:
    return comments.ask(boost, text=text, is_internal=True, by=by)


def ask(boost: Boost, by: User, text: str = "Where is the label?") -> Comment:
    return comments.ask(boost, text=text, is_internal=False, by=by)


def page_of(boost: Boost) -> str:
    return reverse("review:review-detail", args=["boost", boost.pk])


def told(user: User) -> list[str]:
    return list(
        Notice.objects.filter(user=user, text__contains="omment").values_list("text", flat=True)
    )


def test_they_ask_and_answer_on_their_pages(
    waiting: Boost, manager: User, alice: User, client_of: ClientOf
) -> None:
    asking = reverse("review:comment-ask", args=["boost", waiting.pk])
    form = {"text": "Where is the label?", "readers": "all"}
    sent = client_of(manager).post(asking, form, follow=True)
    assert "Where is the label?" in sent.content.decode()
    page = client_of(alice).get(waiting.get_absolute_url()).content.decode()
    assert "Where is the label?" in page
    answering = reverse("review:comment-answer", args=["boost", waiting.pk])
    assert answering in page
    client_of(alice).post(answering, {"text": "In the picture."})
    assert "In the picture." in client_of(manager).get(page_of(waiting)).content.decode()


def test_nobody_reads_it_before_the_reviewer_says_who(
    waiting: Boost, manager: User, client_of: ClientOf
) -> None:
    url = reverse("review:comment-ask", args=["boost", waiting.pk])
    assert "checked" not in client_of(manager).get(url).content.decode()
    refused = client_of(manager).post(url, {"text": "Hm."})
    assert refused.status_code == 422
    assert "Hm." in refused.content.decode()
    assert not Comment.objects.exists()


def leaks(boost: Boost, alice: User, client_of: ClientOf) -> list[str]:
    """Where somebody of the asking team would find the canary."""
    boost.refresh_from_db()
    team = boost.merchant.team
    urls = [
        boost.get_absolute_url(),
        reverse("campaigns:boost-list", args=[boost.merchant.code]) + "?export=csv",
        reverse("accounts:team-audit", args=[team.pk]),
        reverse("notices:notice-list"),
        reverse("reports:home-merchant", args=[boost.merchant.code]),
    ]
    found = []
    for url in urls:
        answer: Any = client_of(alice).get(url)
        assert answer.status_code == 200, url
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found += [url] if CANARY in content.decode() else []
    entries = AuditEntry.objects.filter(team=team, verb="comment.noted")
    return found + [str(one) for one in entries]


def test_what_is_said_inside_never_leaves_the_platform(
    waiting: Boost, manager: User, colleague: User, alice: User, client_of: ClientOf
) -> None:
    inside(waiting, manager)
    assert CANARY in client_of(colleague).get(page_of(waiting)).content.decode()
    assert leaks(waiting, alice, client_of) == []
    decisions.reject(waiting, version=waiting.version, reason="No.", by=colleague)
    assert leaks(waiting, alice, client_of) == []
    assert CANARY in client_of(colleague).get(page_of(waiting)).content.decode()


def test_the_canary_would_be_found(
    waiting: Boost, manager: User, alice: User, client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The twin: without the protection."""
    inside(waiting, manager)
    monkeypatch.setattr(CommentQuerySet, "for_all", lambda rows: rows)
    assert leaks(waiting, alice, client_of) == [waiting.get_absolute_url()]


@pytest.fixture
def changed_sides(waiting: Boost, bob: User) -> User:
    """Bob was in the team that asks, and works for the platform now."""
    leave_all_teams(bob)
    User.objects.filter(pk=bob.pk).update(platform_role=PlatformRole.ACCOUNT_MANAGER)
    bob.refresh_from_db()
    return bob


def reads_inside(boost: Boost, reader: User, client_of: ClientOf) -> bool:
    """Whether the reviewers' page, which `reader` is shown, has the canary."""
    page = client_of(reader).get(page_of(boost))
    assert page.status_code == 200
    return CANARY in page.content.decode()


def test_who_is_concerned_reads_and_says_nothing_inside(
    waiting: Boost, manager: User, changed_sides: User, client_of: ClientOf
) -> None:
    inside(waiting, manager)
    with pytest.raises(CommentRefusal):
        inside(waiting, changed_sides)
    assert not reads_inside(waiting, changed_sides, client_of)
    decisions.reject(waiting, version=waiting.version, reason="No.", by=manager)
    assert not reads_inside(waiting, changed_sides, client_of)


def test_who_is_concerned_would_read_it_if_nobody_asked(
    waiting: Boost, manager: User, changed_sides: User, client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The twin: without the protection."""
    inside(waiting, manager)
    monkeypatch.setattr(concerned, "objection", lambda subject, person: "")
    assert reads_inside(waiting, changed_sides, client_of)
    decisions.reject(waiting, version=waiting.version, reason="No.", by=manager)
    assert reads_inside(waiting, changed_sides, client_of)


def test_each_side_is_told_of_the_other(
    waiting: Boost, manager: User, colleague: User, alice: User, bob: User,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        ask(waiting, manager)
    assert len(told(alice)) == len(told(bob)) == 1
    assert (told(manager), told(colleague)) == ([], [])
    with django_capture_on_commit_callbacks(execute=True):
        comments.answer(waiting, text="In the picture.", by=alice)
    # Whoever asked is told, and no other reviewer.
    assert (len(told(manager)), told(colleague)) == (1, [])


def test_of_what_is_said_inside_nobody_is_told(
    waiting: Boost, manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    before = Notice.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        inside(waiting, manager)
    assert Notice.objects.count() == before


def test_after_the_answer_it_is_read_and_closed(
    waiting: Boost, manager: User, alice: User, client_of: ClientOf
) -> None:
    ask(waiting, manager)
    decisions.reject(waiting, version=waiting.version, reason="No.", by=manager)
    with pytest.raises(CommentRefusal, match="This is answered"):
        ask(waiting, manager)
    with pytest.raises(CommentRefusal, match="This is answered"):
        comments.answer(waiting, text="But.", by=alice)
    page = client_of(alice).get(waiting.get_absolute_url()).content.decode()
    assert "Where is the label?" in page
    assert reverse("review:comment-answer", args=["boost", waiting.pk]) not in page


def test_a_comment_changes_nothing_of_what_is_decided_about(
    waiting: Boost, manager: User, alice: User
) -> None:
    version, read = waiting.version, versions.of(waiting)
    ask(waiting, manager)
    comments.answer(waiting, text="In the picture.", by=alice)
    assert (waiting.version, versions.of(waiting)) == (version, read)
    assert objection(waiting, manager) == "", "whoever asks decides still"


def test_only_who_may_write_does(waiting: Boost, admin: User, charlie: User) -> None:
    with pytest.raises(PermissionDenied):
        inside(waiting, admin)
    with pytest.raises(PermissionDenied):
        comments.answer(waiting, text="I?", by=charlie)


def test_no_more_is_said_than_a_page_shows(
    waiting: Boost, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "MOST", 1)
    ask(waiting, manager)
    with pytest.raises(CommentRefusal, match="1 comments are there already"):
        ask(waiting, manager, "And the price?")


def test_no_side_uses_up_what_another_may_say(
    waiting: Boost, manager: User, alice: User, client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(comments, "MOST", 1)
    comments.answer(waiting, text="It is urgent.", by=alice)
    ask(waiting, manager)
    inside(waiting, manager)
    more: list[Callable[[], Comment]] = [
        lambda: comments.answer(waiting, text="Please.", by=alice),
        lambda: ask(waiting, manager, "And the price?"),
        lambda: inside(waiting, manager, "Hm."),
    ]
    for again in more:
        with pytest.raises(CommentRefusal, match="1 comments are there already"):
            again()
    page = client_of(manager).get(page_of(waiting)).content.decode()
    assert all(said in page for said in ("It is urgent.", "Where is the label?", CANARY))


def test_what_was_said_before_a_correction_does_not_count(
    waiting: Boost, manager: User, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "MOST", 1)
    ask(waiting, manager)
    back = decisions.send_back(waiting, version=waiting.version, reason="No.", by=manager)
    again = boosts.submit(back, by=alice)
    ask(again, manager)
    with pytest.raises(CommentRefusal, match="1 comments are there already"):
        ask(again, manager, "And the price?")
    assert Comment.objects.count() == 2


def test_the_same_form_sent_twice_says_it_once(waiting: Boost, manager: User) -> None:
    assert ask(waiting, manager) == ask(waiting, manager)
    inside(waiting, manager, "Where is the label?")
    # Whatever another side said meanwhile.
    ask(waiting, manager)
    assert Comment.objects.count() == 2
    assert AuditEntry.objects.filter(verb="comment.asked").count() == 1


@pytest.mark.parametrize(
    "wrong",
    ["UPDATE review_comment SET is_internal = FALSE", "DELETE FROM review_comment",
     "TRUNCATE review_comment"],
)  # fmt: skip
def test_comments_are_for_good(waiting: Boost, manager: User, wrong: str) -> None:
    inside(waiting, manager)
    with pytest.raises(Error, match="a comment is for good"), transaction.atomic():
        execute(wrong)


def test_of_what_no_team_hears_colleagues_alone_are_told(
    fund_payment: Any, admin: User, second_admin: User, manager: User, client_of: ClientOf
) -> None:
    """A payment into a fund is signed by admins, and one of a merchant by account managers."""
    url = reverse("review:comment-ask", args=["top-up", fund_payment.pk])
    page = client_of(second_admin).get(url).content.decode()
    assert "Colleagues alone" in page
    assert "The merchant, too" not in page
    client_of(second_admin).post(url, {"text": CANARY, "readers": "inside"})
    assert comments.read_by_deciders(fund_payment)[0].text == CANARY
    with pytest.raises(PermissionDenied):
        inside(fund_payment, manager)
