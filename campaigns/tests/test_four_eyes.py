"""Above an amount two persons approve a boost."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts import decisions, funding
from campaigns.boosts import verbs as boosts
from campaigns.boosts.decisions import FOUR_EYES_FEN
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.ledger import payments
from campaigns.tests.conftest import RequestBoost, a_note_of
from merchants.companies.models import Merchant
from portal.accounts.models import User
from portal.notices.models import Notice
from portal.review import kinds
from portal.review.concerned import ties_of
from portal.review.door import DecisionRefusal
from portal.review.models import SIGNED, Decision

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def large_boost(shop: Merchant, manager: User, a_boost: RequestBoost, alice: User) -> Boost:
    for number in (1, 2):
        payments.record(shop, amount_fen=FOUR_EYES_FEN, reference=f"b-{number}", by=manager)
    return boosts.submit(a_boost(budget_fen=FOUR_EYES_FEN + 1), by=alice)


def approve(boost: Boost, by: User) -> Boost:
    return decisions.approve(boost, version=boost.version, by=by)


def verdicts(boost: Boost) -> list[tuple[str, User]]:
    return [(one.verdict, one.by) for one in Decision.objects.about(boost)]


def test_the_first_signs_and_the_second_approves(
    large_boost: Boost, manager: User, colleague: User
) -> None:
    waits = approve(large_boost, manager)
    assert waits.status == BoostStatus.SUBMITTED
    assert verdicts(waits) == [(SIGNED, manager)]
    assert approve(large_boost, colleague).status == BoostStatus.SCHEDULED
    assert verdicts(waits) == [("approved", colleague), (SIGNED, manager)]


def test_one_person_is_not_two(large_boost: Boost, manager: User, client_of: ClientOf) -> None:
    approve(large_boost, manager)
    with pytest.raises(DecisionRefusal, match="A second person has to, too"):
        approve(large_boost, manager)
    kind = kinds.of("boost")
    assert kind
    assert not kind.waiting(ties_of(manager)).filter(pk=large_boost.pk).exists()
    url = reverse("review:review-detail", args=["boost", large_boost.pk])
    form = {"version": large_boost.version, "decision": "approve", "field": ""}
    assert client_of(manager).post(url, form).status_code == 422


def test_up_to_the_amount_one_is_enough(
    shop: Merchant, manager: User, a_boost: RequestBoost, alice: User
) -> None:
    payments.record(shop, amount_fen=FOUR_EYES_FEN, reference="b-1", by=manager)
    boost = boosts.submit(a_boost(budget_fen=FOUR_EYES_FEN), by=alice)
    assert approve(boost, manager).status == BoostStatus.SCHEDULED


def halves(shop: Merchant, manager: User, a_boost: RequestBoost, alice: User) -> list[Boost]:
    """Two of the same note that are above the amount together."""
    for number in (1, 2):
        payments.record(shop, amount_fen=FOUR_EYES_FEN, reference=f"b-{number}", by=manager)
    half_fen = FOUR_EYES_FEN // 2
    return [boosts.submit(a_boost(budget_fen=half_fen + more), by=alice) for more in (0, 1)]


def test_boosts_of_one_note_count_together_until_they_are_over(
    shop: Merchant, manager: User, a_boost: RequestBoost, alice: User
) -> None:
    one, other = halves(shop, manager, a_boost, alice)
    assert approve(one, manager).status == BoostStatus.SUBMITTED
    assert approve(other, manager).status == BoostStatus.SUBMITTED
    boosts.stop(boosts.withdraw(one, by=alice), by=alice)
    # One who has signed it is enough for what is left.
    assert approve(other, manager).status == BoostStatus.SCHEDULED


def test_boosts_of_one_form_count_together_whatever_their_notes(
    shop: Merchant, manager: User, a_boost: RequestBoost, alice: User
) -> None:
    one, other = halves(shop, manager, a_boost, alice)
    Boost.objects.filter(pk=other.pk).update(note=a_note_of(shop, "another"))
    assert not decisions.needs_two(one)
    Boost.objects.filter(pk__in=[one.pk, other.pk]).update(together=uuid4())
    one.refresh_from_db()
    assert decisions.needs_two(one)
    assert approve(one, manager).status == BoostStatus.SUBMITTED


def test_what_is_changed_after_the_first_signature_needs_two_again(
    large_boost: Boost, manager: User, colleague: User, alice: User
) -> None:
    approve(large_boost, manager)
    again = boosts.submit(boosts.withdraw(large_boost, by=alice), by=alice)
    assert approve(again, colleague).status == BoostStatus.SUBMITTED
    assert approve(again, manager).status == BoostStatus.SCHEDULED


def test_a_first_signature_keeps_nobody_from_saying_no(
    large_boost: Boost, manager: User, colleague: User
) -> None:
    approve(large_boost, manager)
    boost = decisions.reject(large_boost, version=large_boost.version, reason="No.", by=colleague)
    assert funding.held_fen(boost) == 0


def test_the_page_tells_whose_signature_it_has_and_the_others_are_told(
    large_boost: Boost, manager: User, colleague: User, client_of: ClientOf
) -> None:
    url = reverse("review:review-detail", args=["boost", large_boost.pk])
    first = client_of(manager)
    read = first.get(url).content.decode()
    assert "Two persons have to approve this." in read
    assert "Nothing moves now." in read
    assert "it is scheduled" not in read.lower()
    form = {"version": large_boost.version, "decision": "approve", "field": ""}
    told = first.post(url, form, follow=True).content.decode()
    assert "Signed by you; a second person decides." in told
    notices = Notice.objects.filter(text__contains="waits for yours")
    assert set(notices.values_list("user", flat=True)) == {colleague.pk}
    page = client_of(colleague).get(url).content.decode()
    assert f"{manager} approved this version at" in page
    assert "What is set aside stays so. It is scheduled" in page
    told = client_of(colleague).post(url, form, follow=True).content.decode()
    assert "Decided: Approve." in told


def test_two_who_sign_at_once_are_first_and_second(
    large_boost: Boost, manager: User, colleague: User
) -> None:
    """The row is locked: the second sees the first, however close they come."""
    version = large_boost.version
    decisions.approve(large_boost, version=version, by=manager)
    decisions.approve(large_boost, version=version, by=colleague)
    large_boost.refresh_from_db()
    assert large_boost.status == BoostStatus.SCHEDULED
