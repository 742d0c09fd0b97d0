"""Claims: one reviewer at a time reads a thing, and the others take the next."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from campaigns.tests.conftest import a_boost, money  # noqa: F401 - fixtures
from merchants.companies.models import Merchant
from merchants.stores import verbs as stores
from portal import clock
from portal.accounts import audit
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.review import claims, kinds
from portal.review.claims import CLAIMED_FOR, ClaimRefusal
from portal.review.kinds import Answer, Kind
from portal.review.models import Claim
from portal.review.subjects import Reviewable
from tests.deciding import answers, decide, is_open, typed
from tests.racing import at_once

pytestmark = pytest.mark.django_db
HandIn = Callable[[str], Reviewable]
ClientOf = Callable[[User], Client]


@answers
def test_what_another_has_claimed_is_refused_by_verb_and_page(
    hand_in: HandIn,
    manager: User,
    admin: User,
    neutral: Callable[[Kind], User],
    client_of: ClientOf,
    kind: Kind,
    answer: Answer,
) -> None:
    subject, reviewer = hand_in(kind.code), neutral(kind)
    holder = manager if manager.platform_role == reviewer.platform_role else admin
    claims.take(subject, kind.action, by=holder)
    url, client = reverse("review:review-detail", args=[kind.code, subject.pk]), client_of(reviewer)
    with pytest.raises(Refusal, match="has claimed this until"):
        decide(subject, answer, by=reviewer, manager=manager)
    page = client.get(url).content.decode()
    assert 'name="decision"' not in page
    assert f"{holder.name} has claimed this until" in page
    assert client.post(url, typed(subject, answer, manager)).status_code == 422
    assert is_open(subject)
    with clock.at(clock.now() + CLAIMED_FOR):
        assert 'name="decision"' in client.get(url).content.decode()
        decide(subject, answer, by=reviewer, manager=manager)
    assert not is_open(subject)
    assert not Claim.objects.filter(noun=kind.noun, number=subject.pk).exists()


def test_a_claim_is_pressed_seen_in_the_queue_and_left_to_others(
    hand_in: HandIn, admin: User, treasurer: User, client_of: ClientOf
) -> None:
    store = hand_in("store")
    page = reverse("review:review-detail", args=["store", store.pk])
    mine, other = client_of(admin), client_of(treasurer)
    assert "Nobody reads it now." in mine.get(page).content.decode()
    told = mine.post(reverse("review:review-claim", args=["store", store.pk]), follow=True)
    assert "Claimed by you until" in told.content.decode()
    assert 'name="decision"' in told.content.decode()
    assert admin.name in other.get(reverse("review:review-list")).content.decode()
    refused = other.post(reverse("review:review-claim", args=["store", store.pk]), follow=True)
    assert "has claimed this until" in refused.content.decode()
    other.post(reverse("review:review-release", args=["store", store.pk]))
    assert claims.of_another(store, treasurer)
    mine.post(reverse("review:review-release", args=["store", store.pk]))
    assert claims.now_of(store) is None
    claims.take(store, "store.verify", by=treasurer)


def test_claimed_again_it_lasts_from_now(hand_in: HandIn, admin: User) -> None:
    store, now = hand_in("store"), clock.now()
    claims.take(store, "store.verify", by=admin)
    with clock.at(now + CLAIMED_FOR / 2):
        again = claims.take(store, "store.verify", by=admin)
    assert again.until == now + CLAIMED_FOR * 3 / 2


def test_nobody_claims_what_he_may_not_decide(
    hand_in: HandIn, admin: User, manager: User, treasurer: User
) -> None:
    store: Any = hand_in("store")
    audit.record("store.registered", store, by=treasurer, team=store.audit_team())
    with pytest.raises(PermissionDenied):
        claims.take(store, "store.verify", by=manager)
    with pytest.raises(ClaimRefusal, match="A colleague has to decide"):
        claims.take(store, "store.verify", by=treasurer)
    stores.verify(store, version=store.version, by=admin)
    store.refresh_from_db()
    with pytest.raises(ClaimRefusal, match="waits for no decision"):
        claims.take(store, "store.verify", by=admin)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("had", ["nobody", "somebody whose time is over"])
def test_of_two_who_claim_at_once_one_has_it(
    hand_in: HandIn, admin: User, treasurer: User, lawyer: User, had: str
) -> None:
    store = hand_in("store")
    if had != "nobody":
        with clock.at(clock.now() - 2 * CLAIMED_FOR):
            claims.take(store, "store.verify", by=lawyer)

    done, refused = at_once(
        lambda: claims.take(store, "store.verify", by=admin),
        lambda: claims.take(store, "store.verify", by=treasurer),
        refusal=ClaimRefusal,
    )
    assert (len(done), len(refused)) == (1, 1)
    assert claims.now_of(store) == done[0]


def test_the_next_of_the_queue_is_nobody_elses(
    hand_in: HandIn, admin: User, treasurer: User, client_of: ClientOf, shop: Merchant, bob: User
) -> None:
    first, second = hand_in("store"), hand_in("feed")
    claims.take(second, "feed.decide", by=treasurer)
    kind = kinds.of("store")
    assert kind
    url = reverse("review:review-detail", args=["store", first.pk])
    told = client_of(admin).post(url, typed(first, kind.answer("verify"), admin))
    assert told["Location"] == reverse("review:review-list")
