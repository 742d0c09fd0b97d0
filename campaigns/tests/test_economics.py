"""What is assumed of the trade: with a date, a source and a name, and never in hindsight."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from campaigns.costs.economics import Assumed, Assumption, assume
from campaigns.tests.conftest import NOON, TODAY, execute
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import AuditEntry, Team, User
from portal.refusals import Refusal
from tests.racing import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)
LAST = date(2025, 6, 30)


def margin(shop: Merchant, by: User, permille: int | None, from_on: date = MAY) -> Assumption:
    return assume(
        shop, Assumed.MARGIN, permille=permille, from_on=from_on, source="Books of 2024", by=by
    )


def in_force(shop: Merchant, on: date) -> dict[Assumed, int | None]:
    said = Assumption.objects.in_force(shop, on)
    return {what: one.permille for what, one in said.items()}


def test_a_share_holds_from_its_day_until_the_next_is_said(shop: Merchant, alice: User) -> None:
    assert in_force(shop, LAST) == {}
    margin(shop, alice, 355)
    margin(shop, alice, 300, JUNE)
    assume(shop, Assumed.RETURN_RATE, permille=80, from_on=JUNE, source="Shop", by=alice)
    assert in_force(shop, MAY - timedelta(days=1)) == {}
    assert in_force(shop, JUNE - timedelta(days=1)) == {Assumed.MARGIN: 355}
    assert in_force(shop, JUNE) == {Assumed.MARGIN: 300, Assumed.RETURN_RATE: 80}
    stretches = Assumption.objects.stretches(shop, MAY, LAST)
    assert [(one.first_on, one.last_on, len(one.assumed)) for one in stretches] == [
        (MAY, date(2025, 5, 31), 1), (JUNE, LAST, 2),
    ]  # fmt: skip
    [whole] = Assumption.objects.stretches(shop, JUNE, LAST)
    assert (whole.first_on, whole.last_on) == (JUNE, LAST)
    assert AuditEntry.objects.filter(verb="assumption.recorded").latest("pk").new["share"] == "8.0%"


def test_what_is_said_later_of_a_day_counts_and_was_not_known_before(
    shop: Merchant, alice: User, bob: User
) -> None:
    margin(shop, alice, 355)
    with clock.at(NOON + timedelta(hours=1)):
        margin(shop, alice, 200)
    with clock.at(NOON + timedelta(hours=2)):
        margin(shop, alice, None)
    known = [
        Assumption.objects.in_force(shop, MAY, NOON + timedelta(hours=hours))
        for hours in (-1, 0, 1, 2)
    ]
    shares = [{what: one.permille for what, one in said.items()} for said in known]
    assert shares == [{}, {Assumed.MARGIN: 355}, {Assumed.MARGIN: 200}, {}]


def test_the_same_said_twice_is_said_once(shop: Merchant, alice: User) -> None:
    assert margin(shop, alice, 355) == margin(shop, alice, 355)
    margin(shop, alice, 300)
    margin(shop, alice, 355)
    assert (Assumption.objects.count(), in_force(shop, MAY)) == (3, {Assumed.MARGIN: 355})


@pytest.mark.django_db(transaction=True)
def test_six_who_say_it_at_once_say_it_once(shop: Merchant, alice: User) -> None:
    done, refused = at_once(*[partial(margin, shop, alice, 355)] * 6)
    assert ({one.pk for one in done}, refused) == ({Assumption.objects.get().pk}, [])


def test_a_share_has_its_bounds_and_a_source(shop: Merchant, alice: User) -> None:
    for permille in (-1, 1001):
        with pytest.raises(Refusal) as refused:
            margin(shop, alice, permille)
        assert refused.value.field == "permille"
    with pytest.raises(Refusal) as refused:
        assume(shop, Assumed.MARGIN, permille=5, from_on=MAY, source=" \u200b", by=alice)
    assert refused.value.field == "source"
    assert not Assumption.objects.exists()
    margin(shop, alice, 0)
    margin(shop, alice, 1000)


def test_owner_and_finance_say_it_and_nobody_else(
    team: Team, shop: Merchant, bob: User, ana: User, fin: User, charlie: User, manager: User
) -> None:
    for by in (bob, ana, charlie, manager):
        with pytest.raises(PermissionDenied):
            margin(shop, by, 355)
    margin(shop, fin, 355)


def test_what_was_assumed_is_for_good(shop: Merchant, alice: User) -> None:
    margin(shop, alice, 355)
    for wrong in (
        "UPDATE campaigns_assumption SET permille = 1",
        "DELETE FROM campaigns_assumption",
    ):
        with pytest.raises(IntegrityError, match="for good"):
            execute(wrong)
    execute("ALTER TABLE campaigns_assumption DISABLE TRIGGER USER")
    execute("UPDATE campaigns_assumption SET permille = 1")
    assert in_force(shop, TODAY) == {Assumed.MARGIN: 1}
