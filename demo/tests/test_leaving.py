"""The demo world is refused where people work, and taken away where it is not wanted any more."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from campaigns.delivery import servers
from demo.people import cast
from demo.story import history, leaving, serving
from merchants.listings.models import Listing, ListingStatus
from portal.accounts import people, permissions
from portal.accounts.models import AuditEntry, PlatformRole, User
from portal.refusals import Refusal
from portal.webhooks.models import Endpoint, EndpointState

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def demo_person(name: str, role: str = "") -> User:
    address = f"{name}@{cast.HOST}"
    return people.create(address, cast.PASSWORD, name=name, platform_role=role)


@pytest.mark.parametrize("https", [True, False])
def test_it_is_refused_before_it_begins_where_people_work(
    admin: User, settings: Any, https: bool
) -> None:
    settings.HTTPS = https
    if https:
        User.objects.filter(pk=admin.pk).update(platform_role="")
    with pytest.raises(CommandError, match="this site has HTTPS" if https else "own people") as no:
        call_command("demo")
    assert no.value.returncode == 2
    assert "\n" not in str(no.value)
    assert not cast.has_moved_in()


def test_it_is_let_in_where_only_its_own_people_are() -> None:
    demo_person("admin", PlatformRole.ADMIN)
    leaving.refuse_where_people_work()


def test_taken_away_its_people_are_out_and_its_listings_have_ended(
    live_listing: Listing, alice: User, client_of: SignIn
) -> None:
    User.objects.filter(pk=alice.pk).update(email=f"owner@{cast.HOST}")
    admin = demo_person("admin", PlatformRole.ADMIN)
    history.folder().mkdir(parents=True)
    client = client_of(admin)
    page = reverse("merchants:merchant-directory")
    assert client.get(page).status_code == 200
    left = leaving.leave()
    assert (left.people, left.listings) == (2, 1)
    live_listing.refresh_from_db()
    assert live_listing.status == ListingStatus.ENDED
    assert client.get(page).status_code == 302
    admin.refresh_from_db()
    assert not permissions.may(admin, "merchant.verify")
    assert not admin.has_usable_password()
    assert AuditEntry.objects.filter(verb="user.switched_off").count() == 2
    assert not history.folder().exists()
    again = leaving.leave()
    assert (again.people, again.listings) == (0, 0)
    with pytest.raises(Refusal, match="was taken away here"):
        leaving.refuse_where_people_work()


def test_taken_away_its_ad_server_gets_no_boost_and_is_told_nothing() -> None:
    admin = demo_person("admin", PlatformRole.ADMIN)
    endpoint = Endpoint.objects.create(
        code=serving.CODE, url="http://127.0.0.1:9/told", status=EndpointState.ON, off_cause=""
    )
    server = servers.create(
        endpoint, name_zh="社区", name_en="Community", wait_hours=48, is_active=True, by=admin
    )
    for _time in range(2):
        leaving.leave()
    server.refresh_from_db()
    endpoint.refresh_from_db()
    assert not server.is_active
    assert endpoint.status == EndpointState.OFF
    with pytest.raises(Refusal, match="no ad server of the demo world"):
        serving.switched_on()


def test_people_who_are_not_of_it_stay(alice: User, admin: User, client_of: SignIn) -> None:
    demo_person("admin", PlatformRole.ADMIN)
    leaving.leave()
    assert set(User.objects.filter(is_active=True)) == {alice, admin}


def test_what_is_not_there_cannot_be_taken_away(admin: User) -> None:
    with pytest.raises(CommandError, match="no demo world here"):
        call_command("demo", take_away=True)
