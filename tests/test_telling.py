"""Who is told of an act: those the table names, never whoever did it, never who has left."""

import pytest
from django.utils.translation import gettext_noop

from merchants.companies.models import Merchant
from portal.accounts import audit
from portal.accounts.models import User
from portal.notices import audiences, told
from portal.notices.models import Notice
from portal.notices.told import TABLE, Nobody, Told


@pytest.fixture
def edited(shop: Merchant, monkeypatch: pytest.MonkeyPatch) -> Merchant:
    """Alice's company; its whole team is told when its data change. There are no notices yet."""
    told = Told(
        audiences.team,
        gettext_noop("“%(merchant)s” is verified."),
        page=lambda merchant: "/",
        names=lambda merchant: {"merchant": merchant.name},
    )
    monkeypatch.setitem(TABLE, "merchant.edited", told)
    Notice.objects.all().delete()
    return shop


def readers() -> set[str]:
    return set(Notice.objects.values_list("user__name", flat=True))


def test_whoever_did_it_is_not_told(edited: Merchant, alice: User, bob: User) -> None:
    audit.record("merchant.edited", edited, by=bob, team=edited.team)
    assert readers() == {"Alice"}


def test_everyone_is_told_of_what_the_portal_did_by_itself(
    edited: Merchant, alice: User, bob: User
) -> None:
    audit.record("merchant.edited", edited, by=None, team=edited.team)
    assert readers() == {"Alice", "Bob"}


def test_an_act_whose_row_says_nobody_is_told_to_nobody(
    edited: Merchant, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TABLE, "merchant.edited", Nobody("it is not said"))
    audit.record("merchant.edited", edited, by=admin, team=edited.team)
    assert readers() == set()


def test_an_act_upon_a_noun_with_states_fails_without_a_row(
    edited: Merchant, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(TABLE, "merchant.edited")
    with pytest.raises(LookupError, match=r"merchant\.edited"):
        audit.record("merchant.edited", edited, by=admin, team=edited.team)


def test_an_act_upon_a_noun_without_states_needs_no_row(
    edited: Merchant, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(TABLE, "merchant.edited")
    audit.record("merchant.edited", edited.team, by=admin, team=edited.team)
    assert readers() == set()


def test_who_is_told_is_said_once() -> None:
    with pytest.raises(ValueError, match=r"boost\.scheduled"):
        told.add({"boost.scheduled": Nobody("it is not said")})
