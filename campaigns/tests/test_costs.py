"""What a merchant paid outside: each cost counts once, and what was given out stays as it was."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from campaigns.boosts.models import Boost
from campaigns.campaigns.models import Campaign
from campaigns.costs import verbs as costs
from campaigns.costs.models import Channel, Cost, CostKind
from campaigns.tests.conftest import NOON, TODAY, RequestBoost, execute
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import AuditEntry, Role, Team, User
from portal.refusals import Refusal
from tests.racing import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def paid(merchant: Merchant, by: User, about: Any, *, key: UUID | None = None, **said: Any) -> Cost:
    """A creator's fee of ¥800 today, unless `said` tells otherwise."""
    told: dict[str, Any] = {
        "note": about if isinstance(about, Note) else None,
        "boost": about if isinstance(about, Boost) else None,
        "campaign": about if isinstance(about, Campaign) else None,
        "channel": Channel.CREATOR,
        "kind": CostKind.CREATOR_FEE,
        "on": clock.today(),
        "amount_fen": 80_000,
        "reference": "",
        **said,
    }
    return costs.record(merchant, key=key or uuid4(), by=by, **told)


def but(cost: Cost, **changed: Any) -> costs.Said:
    """What a version says, changed."""
    return cast("costs.Said", {**costs.said_of(cost), **changed})


def counted(merchant: Merchant) -> int:
    """What counts now, of any day (fen)."""
    return Cost.objects.filter(merchant=merchant).current().total_fen()


def test_a_cost_counts_once_however_often_it_is_corrected(
    shop: Merchant, note: Note, alice: User, bob: User
) -> None:
    made = paid(shop, alice, note)
    with clock.at(NOON + timedelta(hours=1)):
        second = costs.correct(made, by=bob, **but(made, amount_fen=70_000))
    with clock.at(NOON + timedelta(hours=2)):
        # Whichever version a page had: it is about the one that counts.
        third = costs.correct(made, by=bob, **but(made, amount_fen=60_000))
        assert costs.correct(third, by=alice, **costs.said_of(third)) == third
    assert [second.number, third.number] == [2, 3]
    everything = Cost.objects.of(shop, TODAY, TODAY)
    assert everything.count() == 3
    assert everything.current().total_fen() == 60_000
    hours = [everything.as_of(NOON + timedelta(minutes=60 * hour + 30)) for hour in (-1, 0, 1, 2)]
    assert [rows.total_fen() for rows in hours] == [0, 80_000, 70_000, 60_000]
    acts = AuditEntry.objects.filter(verb__startswith="cost.").order_by("pk")
    assert list(acts.values_list("verb", "actor__name")) == [
        ("cost.recorded", "Alice"), ("cost.corrected", "Bob"), ("cost.corrected", "Bob"),
    ]  # fmt: skip
    assert {entry.subject for entry in acts} == {f"cost:{made.pk}"}


def test_a_withdrawn_cost_counts_no_more_but_counted_then(
    shop: Merchant, note: Note, alice: User
) -> None:
    made = paid(shop, alice, note)
    with clock.at(NOON + timedelta(hours=1)):
        costs.withdraw(made, by=alice)
    assert counted(shop) == 0
    assert Cost.objects.of(shop, TODAY, TODAY).as_of(NOON).total_fen() == 80_000
    with pytest.raises(Refusal, match="withdrawn"):
        costs.withdraw(made, by=alice)
    with pytest.raises(Refusal, match="withdrawn"):
        costs.correct(made, by=alice, **costs.said_of(made))
    # What was withdrawn may be said anew.
    paid(shop, alice, note)
    assert counted(shop) == 80_000


@pytest.fixture
def promotion(shop: Merchant, alice: User) -> Campaign:
    return Campaign.objects.create(
        merchant=shop, name="618", starts_on=TODAY, ends_on=TODAY, created_by=alice,
        request_key=uuid4(),
    )  # fmt: skip


def test_it_counts_once_under_its_note_its_boost_and_its_campaign_and_once_in_all(
    shop: Merchant, note: Note, promotion: Campaign, alice: User, a_boost: RequestBoost
) -> None:
    boost = a_boost(campaign=promotion)
    paid(shop, alice, note, amount_fen=100_000)
    paid(shop, alice, note, amount_fen=20_000, campaign=promotion)
    paid(shop, alice, boost, amount_fen=3_000, channel=Channel.PAID, kind=CostKind.AGENCY_FEE)
    paid(shop, alice, promotion, amount_fen=400, kind=CostKind.AGENCY_FEE)
    rows = Cost.objects.of(shop, TODAY, TODAY).current()
    assert rows.total_fen() == 123_400
    assert rows.of_note(note).total_fen() == 123_000
    assert rows.filter(boost=boost).total_fen() == 3_000
    assert rows.of_campaign(promotion).total_fen() == 23_400
    placed = {
        (row.amount_fen, row.counts_for_note, row.counts_for_campaign) for row in rows.placed()
    }
    assert placed == {
        (100_000, note.pk, None), (20_000, note.pk, promotion.pk),
        (3_000, note.pk, promotion.pk), (400, None, promotion.pk),
    }  # fmt: skip


def test_it_is_of_the_innermost_thing_alone(
    shop: Merchant, note: Note, promotion: Campaign, alice: User, a_boost: RequestBoost
) -> None:
    boost = a_boost()
    for outer in ({"note": note}, {"campaign": promotion}):
        with pytest.raises(Refusal) as refused:
            paid(shop, alice, boost, **outer)
        assert refused.value.field == "boost"
    with pytest.raises(Refusal) as refused:
        paid(shop, alice, None)
    assert (refused.value.field, Cost.objects.count()) == ("note", 0)
    paid(shop, alice, boost)


def test_the_same_cost_is_refused_unless_it_has_a_number_of_its_own(
    shop: Merchant, note: Note, alice: User
) -> None:
    key = uuid4()
    first = paid(shop, alice, note, key=key)
    assert paid(shop, alice, note, key=key) == first
    with pytest.raises(Refusal, match="the same cost already") as refused:
        paid(shop, alice, note)
    assert refused.value.field == "reference"
    # The twin: with a number it would count beside itself.
    with pytest.raises(Refusal, match="without a number of its own") as refused:
        paid(shop, alice, note, reference="INV-1")
    assert (refused.value.field, counted(shop)) == ("reference", 80_000)
    costs.correct(first, by=alice, **but(first, reference="INV-0"))
    paid(shop, alice, note, reference="ＩＮＶ-1")
    with pytest.raises(Refusal, match="of this number already"):
        paid(shop, alice, note, reference="inv-1", amount_fen=5)
    assert counted(shop) == 160_000
    # Without its number it may be the one that is there under one.
    costs.withdraw(first, by=alice)
    with pytest.raises(Refusal, match="as number INV-1"):
        paid(shop, alice, note)
    # Another day, amount, kind or channel is another cost.
    paid(shop, alice, note, channel=Channel.SEARCH)
    assert counted(shop) == 160_000


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"on": TODAY - timedelta(days=costs.MOST_DAYS_BACK + 1)}, "on"),
        ({"amount_fen": 0}, "amount_fen"),
        ({"amount_fen": 10**13}, "amount_fen"),
        ({"reference": "=1+1"}, "reference"),
        ({"reference": "＝1+1"}, "reference"),
        ({"reference": "x" * 81}, "reference"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    shop: Merchant, note: Note, alice: User, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        paid(shop, alice, note, **said)
    assert (refused.value.field, Cost.objects.count()) == (field, 0)
    paid(shop, alice, note)


def test_charlies_notes_take_none_of_alices_costs(
    shop: Merchant, rival: Merchant, note: Note, alice: User, charlie: User
) -> None:
    theirs = Campaign.objects.create(
        merchant=rival, name="618", starts_on=TODAY, ends_on=TODAY, created_by=charlie,
        request_key=uuid4(),
    )  # fmt: skip
    for wrong in ({"note": rival.notes.get()}, {"campaign": theirs}):
        with pytest.raises(Refusal, match="none of your notes"):
            paid(shop, alice, note, **wrong)
    with pytest.raises(PermissionDenied):
        paid(shop, charlie, note)
    made = paid(shop, alice, note)
    with pytest.raises(Refusal, match="already used"):
        paid(rival, charlie, rival.notes.get(), key=made.key)
    assert not Cost.objects.visible_to(charlie).exists()


def test_analysts_read_costs_and_change_none(
    team: Team, shop: Merchant, note: Note, ana: User, fin: User
) -> None:
    assert team.memberships.get(user=ana).role == Role.ANALYST
    made = paid(shop, fin, note)
    acts: list[Callable[[], object]] = [
        lambda: paid(shop, ana, note, amount_fen=1),
        lambda: costs.correct(made, by=ana, **but(made, amount_fen=1)),
        lambda: costs.withdraw(made, by=ana),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert counted(shop) == 80_000


WRONGS = [
    "UPDATE campaigns_cost SET amount_fen = 1",
    "UPDATE campaigns_cost SET superseded_at = NULL WHERE superseded_at IS NOT NULL",
    "UPDATE campaigns_cost SET superseded_at = now() WHERE superseded_at IS NOT NULL",
    "UPDATE campaigns_cost SET superseded_at = now(), amount_fen = 1 WHERE superseded_at IS NULL",
    "DELETE FROM campaigns_cost",
]


@pytest.mark.parametrize("wrong", WRONGS)
def test_a_version_is_for_good(shop: Merchant, note: Note, alice: User, wrong: str) -> None:
    made = paid(shop, alice, note)
    costs.correct(made, by=alice, **but(made, amount_fen=5))
    before = list(Cost.objects.order_by("pk").values())
    with pytest.raises(IntegrityError, match="for good"):
        execute(wrong)
    assert list(Cost.objects.order_by("pk").values()) == before


def test_without_its_triggers_what_was_given_out_would_change(
    shop: Merchant, note: Note, alice: User
) -> None:
    paid(shop, alice, note)
    execute("ALTER TABLE campaigns_cost DISABLE TRIGGER USER", WRONGS[0])
    assert Cost.objects.of(shop, TODAY, TODAY).as_of(NOON).total_fen() == 1


def test_no_two_versions_of_one_cost_count(shop: Merchant, note: Note, alice: User) -> None:
    made = paid(shop, alice, note)
    twin = Cost.objects.get(pk=made.pk)
    twin.pk, twin.number, twin.amount_fen = None, 2, 5
    with pytest.raises(IntegrityError, match="cost_counts_once"), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_six_who_say_the_same_at_once_have_said_it_once(
    shop: Merchant, note: Note, alice: User, bob: User
) -> None:
    six = [partial(paid, shop, by, note) for by in (alice, bob) * 3]
    done, refused = at_once(*six)
    assert (len(done), len(refused), counted(shop)) == (1, 5, 80_000)
    key = uuid4()
    done, refused = at_once(*[partial(paid, shop, alice, note, key=key, amount_fen=7)] * 6)
    assert ({one.pk for one in done}, refused) == ({Cost.objects.latest("pk").pk}, [])


@pytest.mark.django_db(transaction=True)
def test_who_corrects_at_once_with_a_withdrawal_is_told(
    shop: Merchant, note: Note, alice: User, bob: User
) -> None:
    made = paid(shop, alice, note)
    other = but(made, amount_fen=5)
    acts = [
        partial(costs.withdraw, made, by=alice, version=_version(made)),
        partial(costs.correct, made, by=bob, version=_version(made), **other),
    ]
    done, refused = at_once(*acts)
    assert (len(done), len(refused)) == (1, 1)
    assert counted(shop) in {0, 5}


def _version(cost: Cost) -> str:
    entry = AuditEntry.objects.filter(subject=f"cost:{cost.pk}").latest("pk")
    return str(entry.pk)
