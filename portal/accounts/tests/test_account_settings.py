"""One's own settings."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from conftest import PASSWORD
from portal.accounts.models import AuditEntry, User

SETTINGS = reverse("accounts:account-settings")


def read(client: Client) -> dict[str, str]:
    """What the page says it was opened on."""
    return {"version": client.get(SETTINGS).context["form"]["version"].value()}


def test_mails_of_notices_are_wanted_until_they_are_switched_off(
    alice: User, bob: User, client_of: Callable[[User], Client]
) -> None:
    alice_in = client_of(alice)
    assert alice_in.get(SETTINGS).context["form"]["mails_notices"].value() is True
    for typed, chosen in [({}, False), ({"mails_notices": "on"}, True)]:
        assert (
            alice_in.post(SETTINGS, {**read(alice_in), "name": "Alice", **typed}).status_code == 302
        )
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
    assert alice_in.post(SETTINGS, {**read(alice_in), "name": "Ally"}).status_code == 302
    alice.refresh_from_db()
    assert (alice.name, alice.mails_notices) == ("Ally", False)


def test_a_new_password_gives_back_no_role_that_was_taken_away_meanwhile(
    admin: User, client_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = User.set_password

    def revoked_meanwhile(person: User, password: str) -> None:
        User.objects.filter(pk=person.pk).update(platform_role="", is_active=False)
        hashes(person, password)

    monkeypatch.setattr(User, "set_password", revoked_meanwhile)
    new = "another horse battery staple"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client_of(admin).post(reverse("account_change_password"), typed)
    admin.refresh_from_db()
    assert admin.check_password(new)
    assert (admin.platform_role, admin.is_active) == ("", False)


def test_a_language_is_remembered_with_the_person(
    alice: User, bob: User, client_of: Callable[[User], Client]
) -> None:
    button = reverse("accounts:language-set")
    assert client_of(alice).post(button, {"language": "klingon"}).status_code == 400
    assert client_of(alice).post(button, {"language": "zh-hans"}).status_code == 302
    alice.refresh_from_db()
    bob.refresh_from_db()
    assert (alice.language, bob.language) == ("zh-hans", "")
    assert "账号设置" in client_of(alice).get(SETTINGS).content.decode()


def test_only_a_name_that_changes_is_written_down(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    renames = AuditEntry.objects.filter(verb="user.renamed").values_list("old", "new")
    alice_in = client_of(alice)
    same = {**read(alice_in), "name": " Alice ", "mails_notices": ""}
    assert alice_in.post(SETTINGS, same).status_code == 302
    assert list(renames.all()) == []
    assert alice_in.post(SETTINGS, {**read(alice_in), "name": "Ally"}).status_code == 302
    assert list(renames.all()) == [({"name": "Alice"}, {"name": "Ally"})]
