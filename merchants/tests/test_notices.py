"""Who hears of what: the team of the merchant concerned, and the admins who are still there."""

import pytest
from django.urls import reverse

from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant
from merchants.openings.models import Opening
from merchants.stores import verbs as stores
from merchants.stores.models import Store
from portal.accounts.models import User
from portal.notices.models import Notice


@pytest.fixture
def handed_in(charlie: User) -> Merchant:
    """A company that is about to be handed in."""
    return merchants.register(name="Glow", credit_code="91350100M000100Y43", by=charlie)


def told(user: User) -> list[tuple[str, str]]:
    """What the person's bell says, and where each line leads."""
    return [(str(notice), notice.url) for notice in user.notices.order_by("pk")]


def test_an_admin_who_left_is_told_nothing(
    handed_in: Merchant, charlie: User, admin: User, second_admin: User
) -> None:
    User.objects.filter(pk=second_admin.pk).update(is_active=False)
    merchants.submit(handed_in, by=charlie)
    queue = reverse("review:review-detail", args=["merchant", handed_in.pk])
    assert told(admin) == [("“Glow” waits for verification.", queue)]
    assert told(second_admin) == []


def test_what_admins_decide_is_told_to_admins_alone(
    handed_in: Merchant, charlie: User, admin: User, manager: User
) -> None:
    merchants.submit(handed_in, by=charlie)
    assert len(told(admin)) == 1
    assert told(manager) == told(charlie) == []


def test_a_signature_is_told_to_the_author_of_the_rule_by_its_name(
    opening: Opening, admin: User, second_admin: User
) -> None:
    page = reverse("merchants:rulechange-detail", args=[opening.change_id])
    assert told(admin) == [(f"Your rule change was signed: {opening}", page)]
    review = reverse("review:review-detail", args=["rulechange", opening.change_id])
    assert told(second_admin) == [(f"A rule change waits for signatures: {opening}", review)]


def test_the_team_of_a_verified_company_reads_its_name(shop: Merchant, alice: User) -> None:
    page = reverse("merchants:merchant-detail", args=[shop.code])
    assert ("“Alice Beauty” is verified.", page) in told(alice)


def test_a_decision_is_told_to_the_whole_team_and_to_nobody_else(
    shop: Merchant, rival: Merchant, tmall_store: Store, alice: User, bob: User, charlie: User,
    admin: User,
) -> None:  # fmt: skip
    Store.objects.filter(pk=tmall_store.pk).update(status="verifying")
    Notice.objects.all().delete()
    stores.reject(tmall_store, version=tmall_store.version, reason="Not yours.", by=admin)
    sentence = f"The store “{tmall_store}” was rejected; see the reason."
    page = reverse("merchants:store-detail", args=[shop.code, tmall_store.pk])
    assert told(alice) == told(bob) == [(sentence, page)]
    assert told(charlie) == told(admin) == []
