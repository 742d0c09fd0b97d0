"""The bell."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext_noop

from portal.accounts.models import User
from portal.notices import verbs as notices

LIST = reverse("notices:notice-list")


def test_a_notice_reaches_only_the_person_it_is_for(
    alice: User, charlie: User, client_of: Callable[[User], Client]
) -> None:
    notices.notify([alice], gettext_noop("%(store)s was verified."), url="/", store="Alice Mall")
    assert "Alice Mall was verified." in client_of(alice).get(LIST).content.decode()
    assert "Alice Mall" not in client_of(charlie).get(LIST).content.decode()


def test_all_notices_are_marked_as_read_at_once(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    notices.notify([alice], "One", url="/")
    client_of(alice).post(reverse("notices:notice-read-all"))
    assert not alice.notices.filter(read_at=None).exists()


def test_a_stranger_is_sent_to_the_login_page(client: Client) -> None:
    assert client.get(LIST).headers["Location"].startswith(reverse("account_login"))
