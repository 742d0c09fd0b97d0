"""Several notes on one form: a boost of each, which share budget, grant and cap to the fen."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from campaigns.boosts import several
from campaigns.boosts import verbs as boosts
from campaigns.boosts.asked import PlanRefusal
from campaigns.boosts.models import Boost, BoostStatus, Objective
from campaigns.funds.models import Fund
from campaigns.ledger import transfers as ledger
from campaigns.tests.conftest import a_note_of
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User

KEY = UUID(int=7)
ClientOf = Callable[[User], Client]
Ask = Callable[..., list[Boost]]


@given(st.integers(0, 10**12), st.integers(1, 12))
def test_shares_sum_to_the_whole_and_differ_by_a_fen(total: int, parts: int) -> None:
    shares = several.split(total, parts)
    assert (len(shares), sum(shares)) == (parts, total)
    assert max(shares) - min(shares) <= 1


@pytest.fixture
def notes(shop: Merchant, note: Note) -> list[Note]:
    return [note, a_note_of(shop, "note-2"), a_note_of(shop, "note-3")]


@pytest.fixture
def ask(shop: Merchant, alice: User) -> Ask:
    """`ask(notes)` is one form of Alice's: ¥1,000.01 for a day."""

    def request(on: list[Note], **more: Any) -> list[Boost]:
        plan = {
            "note": on[0] if on else None, "objective": Objective.READS, "starts_on": clock.today(),
            "ends_on": clock.today(), "budget_fen": 100_001, "request_key": KEY, "by": alice,
        }  # fmt: skip
        return several.request(shop, on, **{**plan, **more})

    return request


@pytest.mark.django_db
def test_each_note_gets_its_share(ask: Ask, notes: list[Note], fund: Fund) -> None:
    made = ask(notes, fund=fund, grant_fen=10_000, daily_cap_fen=90_001)
    assert [boost.note for boost in made] == notes
    assert [boost.budget_fen for boost in made] == [33_334, 33_334, 33_333]
    grants = [line.amount_fen for boost in made for line in boost.funding_lines.all() if line.fund]
    assert grants == [3_334, 3_333, 3_333]
    assert [boost.daily_cap_fen for boost in made] == [30_001, 30_000, 30_000]
    assert {Boost.objects.get(pk=boost.pk).together for boost in made} == {KEY}


@pytest.mark.django_db
def test_the_same_form_again_is_the_same_boosts(ask: Ask, notes: list[Note]) -> None:
    assert ask(notes) == ask(notes)
    assert Boost.objects.count() == 3
    assert {boost.budget_fen for boost in ask(notes, budget_fen=60_000)} == {20_000}
    assert Boost.objects.count() == 3


@pytest.mark.django_db
def test_what_a_form_asks_for_no_more_is_stopped(ask: Ask, notes: list[Note]) -> None:
    first = ask(notes[:1])
    ask(notes[:2])
    ask(notes[1:])
    stopped = Boost.objects.filter(status=BoostStatus.STOPPED)
    assert set(stopped.values_list("note", flat=True)) == {notes[0].pk}
    assert first[0] in stopped
    assert stopped.count() == 2


@pytest.mark.django_db
def test_a_form_that_was_submitted_is_not_asked_with_other_notes(
    ask: Ask, notes: list[Note], alice: User, money: None
) -> None:
    for boost in ask(notes[:2]):
        boosts.submit(boost, by=alice)
    with pytest.raises(PlanRefusal, match="Open a new one") as refused:
        ask([notes[0], notes[2]])
    assert refused.value.field == "also"
    assert Boost.objects.count() == 2


@pytest.mark.django_db
def test_too_little_for_each_is_said_of_the_whole(ask: Ask, notes: list[Note]) -> None:
    with pytest.raises(PlanRefusal, match=r"¥300\.00") as refused:
        ask(notes, budget_fen=29_999)
    assert refused.value.field == "budget"
    assert not Boost.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("many", [0, 13])
def test_so_many_notes_are_asked_for_at_once(ask: Ask, notes: list[Note], many: int) -> None:
    with pytest.raises(PlanRefusal) as refused:
        ask((notes * 5)[:many], note=notes[0])
    assert refused.value.field == "also"


@pytest.fixture
def typed(notes: list[Note]) -> dict[str, Any]:
    return {
        "request_key": str(uuid4()), "note": notes[0].pk, "also": [notes[1].pk, notes[2].pk],
        "budget": "900", "days": "1", "objective": "messages", "day_part": "evening",
        "starts_on": clock.today().isoformat(), "then": "submit",
    }  # fmt: skip


@pytest.mark.django_db
def test_one_form_submits_all(
    client_of: ClientOf, alice: User, shop: Merchant, typed: dict[str, Any], money: None
) -> None:
    new, client = reverse("campaigns:boost-new", args=[shop.code]), client_of(alice)
    page = ""
    for _twice in range(2):
        page = client.post(new, typed, follow=True).content.decode()
    assert "3 boosts submitted." in page
    assert set(Boost.objects.values_list("status", "budget_fen", "objective", "day_part")) == {
        ("submitted", 30_000, "messages", "evening")
    }
    assert ledger.wallet_of(shop).balance_fen == 410_000


@pytest.mark.django_db
def test_all_or_none_is_submitted(
    client_of: ClientOf, alice: User, shop: Merchant, typed: dict[str, Any], money: None
) -> None:
    new = reverse("campaigns:boost-new", args=[shop.code])
    answer = client_of(alice).post(new, {**typed, "budget": "6000"})
    assert answer.status_code == 422
    assert "budget" in answer.context["form"].errors
    assert not Boost.objects.exists()
    assert ledger.wallet_of(shop).balance_fen == 500_000


@pytest.mark.django_db
def test_a_note_of_another_company_cannot_be_among_them(
    client_of: ClientOf, alice: User, shop: Merchant, rival: Merchant, typed: dict[str, Any]
) -> None:
    new = reverse("campaigns:boost-new", args=[shop.code])
    answer = client_of(alice).post(new, {**typed, "also": [rival.notes.get().pk]})
    assert "also" in answer.context["form"].errors
    assert not Boost.objects.exists()
