"""What a door notes for the page behind it: whose page it is, and what the person may do there."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from merchants.companies.models import Merchant
from portal.accounts import permissions
from portal.accounts.models import User
from portal.jobs.models import Job

# How `permissions.actions` asks for the roles of a person in a team.
ROLES = 'SELECT "accounts_membership"."role"'


@pytest.fixture
def alice_in(alice: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(alice)


def test_a_page_of_a_merchant_knows_it_and_what_its_owner_may_do(
    shop: Merchant, alice: User, alice_in: Client
) -> None:
    page = alice_in.get(reverse("merchants:store-list", args=[shop.code])).context
    assert page["merchant"] == shop
    assert page["may"] == permissions.actions(alice, shop.team)
    assert "store.register" in page["may"]


def test_a_page_of_a_team_knows_it_and_what_its_owner_may_do(
    shop: Merchant, alice: User, alice_in: Client
) -> None:
    page = alice_in.get(reverse("accounts:team-detail", args=[shop.team.pk])).context
    assert page["team"] == shop.team
    assert page["may"] == permissions.actions(alice, shop.team)


def test_on_a_page_of_their_own_people_may_do_what_the_platform_lets_them(
    shop: Merchant, alice_in: Client, admin: User, client_of: Callable[[User], Client]
) -> None:
    job = Job.objects.create(kind="alice", team=shop.team)
    for own in (reverse("notices:notice-list"), job.get_absolute_url()):
        assert alice_in.get(own).context["may"] == set()
        assert client_of(admin).get(own).context["may"] == permissions.actions(admin)


def test_a_page_with_its_navigation_looks_rights_up_once(shop: Merchant, alice_in: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = alice_in.get(reverse("merchants:store-list", args=[shop.code]))
    assert page.context["navigation"].merchant
    assert sum(query["sql"].startswith(ROLES) for query in asked) == 1


def test_on_a_page_of_ones_own_the_navigation_keeps_to_the_rights_in_the_team(
    shop: Merchant, alice_in: Client
) -> None:
    own = alice_in.get(reverse("notices:notice-list")).context["navigation"]
    merchants = alice_in.get(reverse("merchants:store-list", args=[shop.code])).context
    assert own.merchant
    assert [entry.url for entry in own.merchant] == [
        entry.url for entry in merchants["navigation"].merchant
    ]


def test_two_merchants_of_one_person_have_rights_of_their_own(
    shop: Merchant, rival: Merchant, bob: User, client_of: Callable[[User], Client]
) -> None:
    """Bob operates Alice's merchant and reads along at Charlie's."""
    rival.team.memberships.create(user=bob, role="analyst")
    client = client_of(bob)
    for merchant, may_register in [(shop, True), (rival, False)]:
        page = client.get(reverse("merchants:store-list", args=[merchant.code]))
        assert ("store.register" in page.context["may"]) is may_register
        new = reverse("merchants:store-new", args=[merchant.code])
        assert (new in page.content.decode()) is may_register
