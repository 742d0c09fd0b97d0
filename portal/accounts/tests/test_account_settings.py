"""One's own settings."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from portal.accounts.models import User

SETTINGS = reverse("accounts:account-settings")


def test_mails_of_notices_are_wanted_until_they_are_switched_off(
    alice: User, bob: User, client_of: Callable[[User], Client]
) -> None:
    alice_in = client_of(alice)
    assert alice_in.get(SETTINGS).context["form"]["mails_notices"].value() is True
    for typed, chosen in [({}, False), ({"mails_notices": "on"}, True)]:
        assert alice_in.post(SETTINGS, {"name": "Alice", **typed}).status_code == 302
        alice.refresh_from_db()
        assert alice.mails_notices is chosen
        assert alice_in.get(SETTINGS).context["form"]["mails_notices"].value() is chosen
    bob.refresh_from_db()
    assert bob.mails_notices is True


def test_a_refused_name_changes_nothing(alice: User, client_of: Callable[[User], Client]) -> None:
    alice_in = client_of(alice)
    assert alice_in.post(SETTINGS, {"name": ""}).status_code == 422
    alice.refresh_from_db()
    assert (alice.name, alice.mails_notices) == ("Alice", True)
    assert alice_in.post(SETTINGS, {"name": "Ally"}).status_code == 302
    alice.refresh_from_db()
    assert (alice.name, alice.mails_notices) == ("Ally", False)
