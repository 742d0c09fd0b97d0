"""The queue of decisions, and the page on which one is taken."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from campaigns.ledger.models import Payment
from campaigns.ledger.refunds import BalanceRefund, RefundStatus
from campaigns.tests.conftest import a_boost, money  # noqa: F401 - fixtures
from merchants.rulechanges.models import RuleChange
from merchants.stores.models import Store
from portal import clock
from portal.accounts.models import User
from portal.review import kinds, views
from portal.review.kinds import Kind
from portal.review.subjects import Reviewable
from tests.deciding import (
    DAY,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", list(kinds.every()), ids=lambda kind: kind.code)
def test_nothing_is_chosen_before_the_reviewer_chooses(
    hand_in: Callable[[str], Reviewable],
    neutral: Callable[[Kind], User],
    client_of: Callable[[User], Client],
    kind: Kind,
) -> None:
    subject = hand_in(kind.code)
    url = reverse("review:review-detail", args=[kind.code, subject.pk])
    page = client_of(neutral(kind)).get(url).content.decode()
    assert page.count('name="decision"') == len(kind.answers)
    assert "checked" not in page
    told = [str(answer.then_of(subject)) for answer in kind.answers]
    assert all(text in page.replace("&#x27;", "'") for text in told)


@pytest.mark.parametrize("kind", list(kinds.every()), ids=lambda kind: kind.code)
def test_the_queue_reads_what_waits_and_not_what_was_decided(kind: Kind) -> None:
    of_what_waits = Q(status=kind.model.WAITING)
    indexes = [index for index in kind.model._meta.indexes if index.condition == of_what_waits]
    assert [index.fields for index in indexes] == [["submitted_at"]]


def test_after_a_decision_the_next_of_the_queue_follows(
    waiting: dict[str, Reviewable], admin: User, client_of: Callable[[User], Client]
) -> None:
    """The store waits longest, then the company; with none left the queue says so."""
    Store.objects.filter(pk=waiting["store"].pk).update(submitted_at=clock.now() - DAY)
    waiting["store"].refresh_from_db()
    waiting["application"].delete()
    waiting["feed"].delete()
    waiting["top-up"].delete()
    RuleChange.objects.filter(pk=waiting["rulechange"].pk).update(status="withdrawn")
    client, reject = client_of(admin), {"decision": "reject", "reason": "No."}
    store = reverse("review:review-detail", args=["store", waiting["store"].pk])
    company = reverse("review:review-detail", args=["merchant", waiting["merchant"].pk])
    queue = client.get(reverse("review:review-list")).content.decode()
    assert queue.index(store) < queue.index(company)
    done = client.post(store, {**reject, "version": waiting["store"].version})
    assert done.headers["Location"] == company
    back = {"decision": "send_back", "reason": "No.", "version": waiting["merchant"].version}
    assert client.post(company, back).headers["Location"] == reverse("review:review-list")


def test_what_one_wrote_is_in_the_queue_of_colleagues_alone(
    waiting: dict[str, Reviewable],
    cashier: User,
    manager: User,
    client_of: Callable[[User], Client],
) -> None:
    """The payment is first in the queue; its cashier decides a boost and is not sent to it."""
    Payment.objects.update(submitted_at=clock.now() - DAY)
    BalanceRefund.objects.update(status=RefundStatus.WITHDRAWN)
    queue, payment = reverse("review:review-list"), waiting["payment"]
    page = reverse("review:review-detail", args=["payment", payment.pk])
    assert page in client_of(manager).get(queue).content.decode()
    mine = client_of(cashier).get(queue)
    assert page not in mine.content.decode()
    assert [count for kind, count in mine.context["tabs"]] == [1, 0, 0]
    boost = waiting["boost"]
    url = reverse("review:review-detail", args=["boost", boost.pk])
    answer = client_of(cashier).post(url, {"version": boost.version, "decision": "approve"})
    assert answer.headers["Location"] == queue


def test_a_kind_is_told_once() -> None:
    with pytest.raises(ValueError, match="two kinds of store"):
        kinds.add(*[kind for kind in kinds.every() if kind.code == "store"])


def test_the_queue_shows_one_kind_when_asked(
    waiting: dict[str, Reviewable], admin: User, client_of: Callable[[User], Client]
) -> None:
    client, queue = client_of(admin), reverse("review:review-list")
    every = {row["kind_code"] for row in client.get(queue).context["table"].data}
    assert every == {"merchant", "store", "feed", "application", "rulechange", "top-up"}
    for kind in ("merchant", "store", "feed", "application"):
        shown = client.get(queue, {"kind": kind}).context["table"].data
        assert {row["kind_code"] for row in shown} == {kind}
    for foreign in ("boost", "nonsense"):
        none = client.get(queue, {"kind": foreign})
        assert not none.context["table"].data
        assert "Nothing waits" not in none.content.decode()


def test_decisions_of_no_known_kind_or_row_are_not_found(
    waiting: dict[str, Reviewable], admin: User, client_of: Callable[[User], Client]
) -> None:
    for args in (["nothing", 1], ["store", 10**9]):
        assert client_of(admin).get(reverse("review:review-detail", args=args)).status_code == 404


def test_a_page_refused_because_somebody_was_faster_shows_what_he_made_of_it(
    hand_in: Callable[[str], Reviewable],
    admin: User,
    client_of: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, decided = hand_in("store"), views._decided

    def late(*asked: Any) -> bool:
        Store.objects.filter(pk=store.pk).update(name="Renamed meanwhile")
        return decided(*asked)

    monkeypatch.setattr(views, "_decided", late)
    url = reverse("review:review-detail", args=["store", store.pk])
    typed = {"version": store.version, "decision": "verify"}
    told = client_of(admin).post(url, typed)
    assert told.status_code == 422
    assert "Renamed meanwhile" in told.content.decode()
    assert told.context["form"]["decision"].value() is None
