"""Each decision, of whatever kind, stands in the journal for good, with what was read then."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from campaigns.boosts import decisions
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.tests.conftest import a_boost, money  # noqa: F401 - fixtures
from merchants.stores import verbs as stores
from merchants.stores.models import Store, StoreStatus
from portal import clock
from portal.accounts import versions
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.review import door, kinds
from portal.review.journal import NoEntrance
from portal.review.kinds import Answer, Kind
from portal.review.models import Decision
from portal.review.subjects import Reviewable
from tests.deciding import answers, decide

pytestmark = pytest.mark.django_db
HandIn = Callable[[str], Reviewable]
# Judged, and no news to a reader of a page: it counts what stands there.
COUNTED = {"submission"}


@answers
def test_a_decision_is_written_down_with_what_was_read(
    hand_in: HandIn, manager: User, neutral: Callable[[Kind], User], kind: Kind, answer: Answer
) -> None:
    subject, reviewer = hand_in(kind.code), neutral(kind)
    read, version, asked_at = subject.snapshot(), subject.version, subject.submitted_at
    decide(subject, answer, by=reviewer, manager=manager)
    written = Decision.objects.about(subject).get()
    assert (written.judged, written.version) == (read, version)
    assert (written.by, written.reason, written.asked_at) == (reviewer, "Because.", asked_at)
    assert written.verdict in subject.DECISIONS


def test_what_is_refused_is_not_written_down(hand_in: HandIn, admin: User) -> None:
    store = hand_in("store")
    with pytest.raises(Refusal):
        stores.verify(store, version="old", by=admin)  # type: ignore[arg-type]
    with pytest.raises(Refusal):
        stores.reject(store, version=store.version, reason="", by=admin)  # type: ignore[arg-type]
    assert not Decision.objects.about(store).exists()


def test_a_decision_that_came_by_no_door_is_not_taken(hand_in: HandIn, admin: User) -> None:
    subject = hand_in("store")
    with transaction.atomic():
        store = Store.locked(subject.pk)
        with pytest.raises(NoEntrance):
            store.move_to(StoreStatus.VERIFIED, by=admin)
    assert Store.objects.get(pk=subject.pk).status == StoreStatus.VERIFYING


def test_nobody_decides_in_the_name_of_who_came_by_the_door(
    hand_in: HandIn, admin: User, treasurer: User
) -> None:
    subject = hand_in("store")
    with transaction.atomic():
        store = door.enter(subject, "store.verify", version=subject.version, by=admin)
        for other in (treasurer, None):
            with pytest.raises(NoEntrance):
                store.move_to(StoreStatus.VERIFIED, by=other)
            store.status = StoreStatus.VERIFYING
        store.move_to(StoreStatus.VERIFIED, by=admin)
    assert Decision.objects.about(store).get().by == admin


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE review_decision SET verdict = 'approved'",
        "UPDATE review_decision SET reason = 'Another.'",
        "DELETE FROM review_decision",
        "TRUNCATE review_decision",
    ],
)
def test_the_journal_is_for_good(hand_in: HandIn, admin: User, wrong: str) -> None:
    store: Any = hand_in("store")
    stores.verify(store, version=store.version, by=admin)
    with pytest.raises(Error, match="a decision is for good"), transaction.atomic():
        _run("SET CONSTRAINTS ALL IMMEDIATE", wrong)


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_all_that_is_judged_has_a_name_and_reads(waiting: dict[str, Reviewable]) -> None:
    for kind in kinds.every():
        judged = waiting[kind.code].snapshot()
        assert judged.keys() - COUNTED <= kind.facts.keys(), kind.code
        assert all(fact.text(judged[name]) for name, fact in kind.facts.items() if judged.get(name))


def returned(boost: Boost, manager: User) -> Boost:
    return decisions.send_back(
        boost, version=boost.version, reason="Too much.", field="budget", by=manager
    )


def test_the_page_tells_what_changed_since_it_was_decided(
    hand_in: HandIn, manager: User, bob: User, client_of: Callable[[User], Client]
) -> None:
    boost: Any = hand_in("boost")
    url = reverse("review:review-detail", args=["boost", boost.pk])
    assert "Changed since the decision" not in client_of(manager).get(url).content.decode()
    boost = returned(boost, manager)
    boosts.edit(
        boost,
        version=versions.of(boost),
        note=boost.note,
        objective=boost.objective,
        starts_on=clock.today(),
        ends_on=clock.today(),
        budget_fen=20_000,
        by=bob,
    )
    boosts.submit(boost, by=bob)
    page = client_of(manager).get(url)
    assert [(str(one.label), one.before, one.after) for one in page.context["changes"]] == [
        ("Budget", "¥700.00", "¥200.00"),
        ("Who pays", "Merchant cash ¥700.00", "Merchant cash ¥200.00"),
    ]
    assert "Changed since the decision of" in page.content.decode()


def test_the_page_says_that_nothing_changed(
    hand_in: HandIn, manager: User, bob: User, client_of: Callable[[User], Client]
) -> None:
    boost: Any = hand_in("boost")
    boosts.submit(returned(boost, manager), by=bob)
    url = reverse("review:review-detail", args=["boost", boost.pk])
    assert "Nothing of it was changed." in client_of(manager).get(url).content.decode()
