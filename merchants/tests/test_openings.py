"""Openings: two admins, one rule, and what is in force at any second."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from merchants.catalogue.models import Category
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.openings import verbs as openings
from merchants.openings.models import Opening, OpeningState, Programme
from merchants.openings.policy import Asked, Policy
from merchants.rulechanges import verbs as rulechanges
from merchants.rulechanges.models import ChangeStatus, RuleChange
from portal import clock
from portal.accounts.models import User
from portal.refusals import Refusal
from tests import ruling
from tests.ruling import rewrite

NOON = datetime.fromisoformat("2026-03-01T12:00+08:00")
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_noon(third_admin: User) -> Iterator[None]:
    """It is noon, the moment of every act that names no other; and there is a third to sign."""
    with clock.at(NOON):
        yield


def propose(by: User, **fields: Any) -> RuleChange:
    known: dict[str, Any] = {
        "programme": Programme.objects.get(code="red-cat"),
        "category": Category.objects.get(code="beauty"),
        "placement": Placement.NOTE_BODY,
        "store_kind": StoreKind.TMALL,
        "state": OpeningState.OPEN,
        "effective_at": NOON,
        "reason": "Agreed.",
    }
    return ruling.propose(**{**known, **fields}, by=by)


def sign(change: RuleChange, *by: User) -> Opening:
    return ruling.sign(change, *by, User.objects.get(email__startswith="third_admin"))


def rule_at(at: datetime, category: str = "beauty-hair") -> Opening | None:
    return openings.in_force(
        Programme.objects.get(code="red-cat"),
        Category.objects.get(code=category),
        Placement.NOTE_BODY,
        StoreKind.TMALL,
        at=at,
    )


def test_a_proposal_alone_opens_nothing(admin: User) -> None:
    propose(admin)
    assert rule_at(NOON + HOUR) is None


def test_a_signed_rule_is_in_force_from_its_second_on(admin: User, second_admin: User) -> None:
    opening = sign(propose(admin), second_admin)
    assert rule_at(NOON - timedelta(seconds=1)) is None
    assert rule_at(NOON) == opening
    assert admin.notices.filter(text__startswith="Your rule change was signed").exists()


def test_a_late_signature_does_not_rewrite_the_past(admin: User, second_admin: User) -> None:
    change = propose(admin)
    with clock.at(NOON + HOUR):
        opening = sign(change, second_admin)
    assert opening.effective_at == NOON + HOUR
    assert rule_at(NOON) is None


def test_nobody_signs_what_he_proposed(admin: User) -> None:
    with pytest.raises(Refusal, match="You wrote, changed or handed in this yourself"):
        sign(propose(admin), admin)


def test_the_database_refuses_the_same_person_too(admin: User) -> None:
    opening = propose(admin)
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        RuleChange.objects.filter(pk=opening.pk).update(
            status=ChangeStatus.SIGNED, approver=admin, signed_at=NOON, needs=2
        )


def test_the_narrowest_rule_wins_even_over_a_later_wide_one(
    admin: User, second_admin: User
) -> None:
    hair = Category.objects.get(code="beauty-hair")
    closed = sign(propose(admin, category=hair, state=OpeningState.CLOSED), second_admin)
    wide = sign(propose(admin, effective_at=NOON + HOUR), second_admin)
    assert rule_at(NOON + 2 * HOUR) == closed
    assert rule_at(NOON + 2 * HOUR, "beauty-makeup") == wide


def test_of_one_scope_the_latest_rule_wins(admin: User, second_admin: User) -> None:
    opened = sign(propose(admin), second_admin)
    closed = signed(admin, second_admin, state=OpeningState.CLOSED, effective_at=NOON + HOUR)
    assert rule_at(NOON + HOUR - timedelta(microseconds=1)) == opened
    assert rule_at(NOON + HOUR) == closed


def test_nothing_is_in_force_after_the_programme_ends(admin: User, second_admin: User) -> None:
    sign(propose(admin), second_admin)
    Programme.objects.filter(code="red-cat").update(ends_on=NOON.date())
    assert rule_at(NOON + HOUR) is not None
    assert rule_at(NOON + timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"store_kind": StoreKind.JD}, "store_kinds"),
        ({"effective_at": NOON - timedelta(days=1)}, "effective_at"),
        ({"effective_at": datetime.fromisoformat("1970-01-01T00:00+08:00")}, "effective_at"),
        ({"reason": " "}, "reason"),
        ({"placement": "the moon"}, "placement"),
    ],
)
def test_a_proposal_that_makes_no_sense_names_its_field(
    admin: User, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        propose(admin, **fields)
    assert refused.value.field == field
    assert not Opening.objects.exists()


def test_two_rules_cannot_start_at_the_same_second(admin: User, second_admin: User) -> None:
    sign(propose(admin), second_admin)
    twin = propose(admin, state=OpeningState.CLOSED)
    with pytest.raises(Refusal, match="this very moment"):
        sign(twin, second_admin)


def test_a_withdrawn_rule_cannot_be_signed(admin: User, second_admin: User) -> None:
    change = rulechanges.withdraw(propose(admin), by=admin)
    with pytest.raises(Refusal, match="waits for no decision any more"):
        rulechanges.sign(change, version=change.version, by=second_admin)


def test_merchants_and_managers_open_nothing(alice: User, manager: User) -> None:
    for person in (alice, manager):
        with pytest.raises(PermissionDenied):
            propose(person)


def test_who_did_not_propose_it_rejects_it_and_the_author_reads_why(
    admin: User, second_admin: User
) -> None:
    opening = propose(admin)
    with pytest.raises(Refusal, match="Only who proposed a rule withdraws it"):
        rulechanges.withdraw(opening, by=second_admin)
    rulechanges.reject(opening, version=opening.version, reason="Too wide.", by=second_admin)
    [notice] = admin.notices.all()
    page = reverse("merchants:rulechange-detail", args=[opening.pk])
    said = f"Your rule change was rejected; see the reason: {opening}"
    assert (str(notice), notice.url) == (said, page)
    assert rule_at(NOON) is None


def test_a_rule_signed_meanwhile_in_the_same_place_makes_another_question(
    admin: User, second_admin: User
) -> None:
    closing = propose(admin, state=OpeningState.CLOSED, effective_at=NOON + HOUR)
    read = closing.version
    sign(propose(admin), second_admin)
    with pytest.raises(Refusal, match="Not taken: this was changed since you opened it"):
        rulechanges.sign(closing, version=read, by=second_admin)
    assert sign(closing, second_admin).signed_at == NOON


ELSEWHERE: dict[str, Callable[[], object]] = {
    "placement": lambda: Placement.PROFILE,
    "store_kind": lambda: StoreKind.TAOBAO,
    "category": lambda: Category.objects.get(code="fashion"),
    "programme": lambda: Programme.objects.exclude(code="red-cat").earliest("pk"),
}


@pytest.mark.parametrize("field", ELSEWHERE)
def test_a_rule_of_another_scope_decides_nothing_here(
    admin: User, second_admin: User, field: str
) -> None:
    opening = sign(propose(admin), second_admin)
    assert rule_at(NOON) == opening
    rewrite(**{field: ELSEWHERE[field]()})
    assert rule_at(NOON) is None


def test_a_rule_for_a_day_without_its_programme_is_refused(admin: User) -> None:
    Programme.objects.filter(code="red-cat").update(ends_on=NOON.date())
    with pytest.raises(Refusal, match="does not run on that day") as refused:
        propose(admin, effective_at=NOON + timedelta(days=1))
    assert refused.value.field == "effective_at"
    assert propose(admin, effective_at=NOON).status == ChangeStatus.PROPOSED


def signed(admin: User, second_admin: User, **fields: Any) -> Opening:
    return sign(propose(admin, **fields), second_admin)


def coming(category: str = "beauty-hair") -> int | None:
    """The key of the rule by which something new may go live there next."""
    red_cat = Programme.objects.get(code="red-cat")
    lies_in = Category.objects.get(code=category).pk
    asked = Asked(None, lies_in, Placement.NOTE_BODY, StoreKind.TMALL)
    found = Policy.read().opens_next(red_cat.pk, asked, NOON)
    return found and found.standing.rule and found.standing.rule.pk


@pytest.mark.parametrize(
    "other",
    [
        {"category": "digital"},
        {"placement": Placement.COMMENT_PINNED},
        {"store_kind": StoreKind.TAOBAO},
        {"state": OpeningState.CLOSED},
        {"programme": "red-cat-two"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_opens_next_is_of_exactly_this_scope(
    admin: User, second_admin: User, other: dict[str, Any]
) -> None:
    """The other rule comes first, and is of another scope, or closes it."""
    if "category" in other:
        other = {"category": Category.objects.get(code=other["category"])}
    if "programme" in other:
        twin = Programme.objects.get(code="red-cat")
        twin.pk, twin.code = None, other["programme"]
        twin.save()
        other = {"programme": twin}
    signed(admin, second_admin, effective_at=NOON + HOUR, **other)
    assert coming() is None
    rule = signed(admin, second_admin, effective_at=NOON + 2 * HOUR)
    signed(admin, second_admin, effective_at=NOON + 3 * HOUR)
    assert coming() == rule.pk


def test_what_is_in_force_already_does_not_open_next(admin: User, second_admin: User) -> None:
    signed(admin, second_admin)
    assert coming() is None
