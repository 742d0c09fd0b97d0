"""Who suspends data, what is refused, whom it concerns, and who is told."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import AuditEntry, User
from portal.refusals import Outdated, Refusal
from reports.sources import suspending
from reports.sources.models import Source
from reports.sources.suspensions import DataSuspension, SuspensionState
from reports.tests.factory import day
from reports.tests.suspending_data import FORM, REASON, category, suspend
from tests.racing import at_once

pytestmark = pytest.mark.django_db


def test_only_admins_suspend_change_and_lift(admin: User, manager: User, alice: User) -> None:
    suspension = suspend(admin)
    for other in (manager, alice):
        with pytest.raises(PermissionDenied):
            suspend(other, first_on=day(5), last_on=None)
        with pytest.raises(PermissionDenied):
            suspending.change_end(suspension, last_on=None, by=other)
        with pytest.raises(PermissionDenied):
            suspending.lift(suspension, reason="Back", by=other)


@pytest.mark.parametrize(
    ("other", "is_free"),
    [
        ({}, False),
        ({"first_on": day(11)}, False),
        ({"first_on": day(10)}, True),
        ({"first_on": day(30), "last_on": day(21)}, True),
        ({"first_on": day(30), "last_on": None}, False),
        ({"category": None}, False),
        ({"category": "beauty-hair"}, False),
        ({"category": "food"}, True),
        ({"source": "jd"}, True),
    ],
)
def test_the_same_data_are_suspended_once(
    other: dict[str, Any], is_free: bool, admin: User
) -> None:
    first = suspend(admin)
    if isinstance(other.get("category"), str):
        other = other | {"category": category(other["category"])}
    if "first_on" in other and "last_on" not in other:
        other = other | {"last_on": None}
    if is_free:
        suspend(admin, **other)
        return
    with pytest.raises(Refusal, match="suspended already") as refused:
        suspend(admin, **other)
    assert str(first) in refused.value.message
    assert refused.value.field == "first_on"
    suspending.lift(first, reason="Back", by=admin)
    suspend(admin, **other)


def test_the_parent_is_refused_where_a_part_is_suspended(admin: User) -> None:
    suspend(admin, category=category("beauty-hair"))
    with pytest.raises(Refusal, match="suspended already"):
        suspend(admin)


def test_an_end_is_not_moved_into_another_suspension(admin: User) -> None:
    first = suspend(admin)
    suspend(admin, first_on=day(5), last_on=None)
    for last_on in (day(5), None):
        with pytest.raises(Refusal, match="suspended already") as refused:
            suspending.change_end(first, last_on=last_on, by=admin)
        assert refused.value.field == "last_on"
    assert suspending.change_end(first, last_on=day(6), by=admin).last_on == day(6)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first_on": date(2012, 12, 31)}, "first_on"),
        ({"first_on": day(-400), "last_on": None}, "first_on"),
        ({"last_on": day(-400)}, "last_on"),
        ({"last_on": date.max}, "last_on"),
        ({"last_on": day(21)}, "last_on"),
        ({"reason": " \u3000"}, "reason"),
        ({"reason": "x" * 1001}, "reason"),
    ],
)
def test_what_cannot_be_suspended_is_refused_at_its_field(
    wrong: dict[str, Any], field: str, admin: User
) -> None:
    with pytest.raises(Refusal) as refused:
        suspend(admin, **wrong)
    assert refused.value.field == field
    assert not DataSuspension.objects.exists()


def test_what_is_lifted_is_neither_lifted_nor_changed_again(admin: User) -> None:
    suspension = suspending.lift(suspend(admin), reason="Back", by=admin)
    with pytest.raises(Refusal, match="was lifted at"):
        suspending.lift(suspension, reason="Back", by=admin)
    with pytest.raises(Refusal, match="was lifted at"):
        suspending.change_end(suspension, last_on=None, by=admin)
    assert AuditEntry.objects.filter(verb="datasuspension.lifted").count() == 1


def test_who_read_an_older_version_changes_nothing(admin: User) -> None:
    suspension = suspend(admin)
    suspending.change_end(suspension, last_on=day(9), version=None, by=admin)
    with pytest.raises(Outdated):
        suspending.change_end(suspension, last_on=None, version="1", by=admin)
    with pytest.raises(Outdated):
        suspending.lift(suspension, reason="Back", version="1", by=admin)


def test_the_database_alone_keeps_two_of_one_category_apart(admin: User) -> None:
    """The twin of the look before: without it the constraint says no."""
    suspension = suspend(admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        DataSuspension.objects.create(
            source=suspension.source, category=suspension.category, first_on=day(12),
            reason=REASON, suspended_at=clock.now(), suspended_by=admin,
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_at_once_one_is_refused_by_the_other(admin: User, second_admin: User) -> None:
    done, refused = at_once(
        lambda: suspend(admin), lambda: suspend(second_admin, category=category("beauty-hair"))
    )
    assert (len(done), len(refused)) == (1, 1)
    assert str(done[0]) in refused[0].message
    suspension = done[0]
    done, refused = at_once(
        lambda: suspending.lift(suspension, reason="Back", by=admin),
        lambda: suspending.lift(suspension, reason="Back", by=second_admin),
    )
    assert (len(done), len(refused)) == (1, 1)


def test_states_follow_the_days(admin: User) -> None:
    ended = suspend(admin)
    running = suspend(admin, first_on=day(0), last_on=None, category=category("food"))
    coming = suspend(admin, first_on=day(-1), last_on=None, category=category("pets"))
    assert [one.state for one in (ended, running, coming)] == [
        SuspensionState.ENDED, SuspensionState.RUNNING, SuspensionState.COMING,
    ]  # fmt: skip
    assert suspending.lift(ended, reason="Back", by=admin).state == SuspensionState.LIFTED


def test_the_form_refuses_at_its_field_and_keeps_what_was_typed(
    shop: Merchant, admin: User, client_of: Callable[[User], Client]
) -> None:
    suspend(admin)
    client = client_of(admin)
    address = f"/platform/sources/{Source.objects.get(code='taobao_tmall').pk}/suspend/"
    sent = FORM | {"first_on": str(day(15))}
    seen = client.post(address, sent).context["form"]["seen"].value()
    page = client.post(address, sent | {"seen": seen})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["first_on"]
    assert page.context["form"]["reason"].value() == REASON


def test_the_end_is_changed_and_the_suspension_lifted_on_pages(
    admin: User, client_of: Callable[[User], Client]
) -> None:
    suspension, client = suspend(admin), client_of(admin)
    address = f"/platform/sources/suspensions/{suspension.pk}/"
    version = client.get(f"{address}edit/").context["form"]["version"].value()
    client.post(f"{address}edit/", {"last_on": "", "version": version})
    suspension.refresh_from_db()
    assert suspension.last_on is None
    late = client.post(f"{address}lift/", {"reason": "Back", "version": version})
    assert late.status_code == 422
    version = late.context["form"]["version"].value()
    page = client.post(f"{address}lift/", {"reason": "Back", "version": version}, follow=True)
    assert "Lifted" in page.content.decode()
    suspension.refresh_from_db()
    assert (suspension.lifted_by, suspension.lift_reason) == (admin, "Back")
