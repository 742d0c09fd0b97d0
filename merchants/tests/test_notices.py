"""Who hears of what: the team of the merchant concerned, and the admins who are still there."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant
from merchants.openings import verbs as openings
from merchants.openings.models import Opening
from merchants.rulechanges import verbs as rulechanges
from merchants.rulechanges.models import RuleChange
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


def of_a_change(user: User) -> list[str]:
    """What the person's bell says of rule changes, but that one waits."""
    heard = [sentence.partition(": ")[0] for sentence, _url in told(user)]
    return [said for said in heard if "rule change" in said and "waits for signatures" not in said]


def test_who_had_a_part_in_a_rule_is_told_what_becomes_of_it(
    opening: Opening, admin: User, second_admin: User, third_admin: User
) -> None:
    Notice.objects.all().delete()
    back = openings.roll_back(opening.change, reason="Wrong.", by=third_admin)
    back = rulechanges.sign(back, version=back.version, by=admin)
    assert of_a_change(third_admin) == ["Your rule change has one signature and waits for another"]
    rulechanges.sign(back, version=back.version, by=second_admin, reason="Wrong.")
    gone = "A rule change that you proposed or signed was taken back"
    assert gone in of_a_change(admin)
    # Who signs last knows.
    assert gone not in of_a_change(second_admin)
    assert gone not in of_a_change(third_admin)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (
            lambda change, author, other: rulechanges.withdraw(change, by=author),
            "A rule change that you signed was withdrawn",
        ),
        (
            lambda change, author, other: rulechanges.reject(
                change, version=change.version, reason="No.", by=other
            ),
            "A rule change that you signed was rejected; see the reason",
        ),
    ],
    ids=["withdrawn", "rejected"],
)
def test_who_has_signed_in_vain_is_told(
    opening: Opening, admin: User, second_admin: User, third_admin: User,
    end: Callable[[RuleChange, User, User], object], said: str,
) -> None:  # fmt: skip
    back = openings.roll_back(opening.change, reason="Wrong.", by=admin)
    back = rulechanges.sign(back, version=back.version, by=second_admin)
    end(back, admin, third_admin)
    assert said in of_a_change(second_admin)
    assert said not in of_a_change(third_admin)


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
