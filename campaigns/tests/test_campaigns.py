"""A campaign: what a merchant says of it, its notes and what these sell, and its boosts."""

from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from campaigns.boosts import verbs as boosts
from campaigns.boosts.asked import PlanRefusal
from campaigns.campaigns import verbs as campaigns
from campaigns.campaigns.belonging import NoteBelonging
from campaigns.campaigns.models import Campaign, CampaignNote, TargetKind
from campaigns.tests.conftest import RequestBoost, a_note_of, execute
from merchants.companies.models import Merchant
from merchants.listings.models import ListingStatus
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import AuditEntry, User
from portal.refusals import Outdated, Refusal
from tests.racing import one_after_the_other

JUNE: dict[str, Any] = {
    "name": "618",
    "starts_on": date(2026, 6, 1),
    "ends_on": date(2026, 6, 20),
    "target_kind": TargetKind.GMV,
    "target_value": 5_000_000,
    "budget_fen": 300_000,
}
KEY = UUID(int=618)
Open = Callable[..., Campaign]


@pytest.fixture
def june(shop: Merchant, alice: User) -> Open:
    """`june(name=...)` opens Alice's campaign of June."""
    return lambda **said: campaigns.open_one(
        shop, **{"request_key": uuid4(), "by": alice, **JUNE, **said}
    )


def test_a_campaign_says_its_period_target_and_budget(june: Open) -> None:
    made = june()
    assert (made.name, made.target_value, made.budget_fen) == ("618", 5_000_000, 300_000)
    entry = AuditEntry.objects.get(verb="campaign.opened")
    assert (entry.new["target_fen"], entry.new["target_value"]) == (5_000_000, None)


def test_one_form_is_one_campaign_and_back_in_the_browser_changes_it(june: Open) -> None:
    first, same = june(request_key=KEY), june(request_key=KEY)
    changed = june(request_key=KEY, name=" 618 \u200b大促")
    assert first == same == changed
    assert Campaign.objects.get().name == "618 大促"
    verbs = AuditEntry.objects.filter(verb__startswith="campaign.").order_by("pk")
    assert [entry.verb for entry in verbs] == ["campaign.opened", "campaign.edited"]


def test_a_form_used_by_another_company_is_told_nothing(
    june: Open, rival: Merchant, charlie: User
) -> None:
    june(request_key=KEY)
    with pytest.raises(Refusal, match="already used"):
        campaigns.open_one(rival, request_key=KEY, by=charlie, **JUNE)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " \u200b"}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"ends_on": date(2026, 5, 31)}, "ends_on"),
        ({"ends_on": date(2027, 6, 2)}, "ends_on"),
        ({"target_kind": ""}, "target"),
        ({"target_value": None}, "target"),
        ({"target_value": -1}, "target"),
        ({"target_kind": "fame"}, "target"),
        ({"budget_fen": 0}, "budget"),
    ],
)
def test_what_cannot_be_said_is_refused_at_its_field(
    june: Open, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        june(**said)
    assert refused.value.field == field
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_on": date(2026, 5, 1)},
        {"target_value": None},
        {"target_kind": "x"},
        {"budget_fen": 0},
    ],
)
def test_the_database_keeps_what_a_campaign_says(june: Open, wrong: dict[str, Any]) -> None:
    made = june()
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=made.pk).update(**wrong)


def test_two_open_campaigns_do_not_share_a_name(june: Open, alice: User) -> None:
    first, other = june(), june(name="Summer")
    acts: list[Callable[[], object]] = [
        june,
        lambda: campaigns.edit(other, by=alice, **JUNE),
    ]
    for act in acts:
        with pytest.raises(Refusal, match="open already") as refused:
            act()
        assert refused.value.field == "name"
    campaigns.close(first, by=alice)
    assert june().pk != first.pk


def test_an_edit_rests_on_what_was_read(june: Open, alice: User) -> None:
    made = june()
    campaigns.edit(made, by=alice, **{**JUNE, "budget_fen": None})
    with pytest.raises(Outdated):
        campaigns.edit(made, by=alice, version="0", **JUNE)
    made.refresh_from_db()
    assert made.budget_fen is None


def test_a_note_comes_with_what_it_sells_once(
    june: Open, shop: Merchant, note: Note, alice: User
) -> None:
    made = june()
    ended = note.listings.get()
    for _again in range(2):
        campaigns.put_in(made, note, by=alice)
    assert list(made.notes.all()) == [note]
    assert list(made.listings.all()) == [ended]
    added = AuditEntry.objects.filter(verb="campaign.note_added")
    assert added.count() == 1
    campaigns.take_out(made, note, by=alice)
    assert not made.notes.exists()
    assert not made.listings.exists()


def test_a_listing_that_ended_does_not_come(june: Open, note: Note, alice: User) -> None:
    note.listings.update(status=ListingStatus.ENDED)
    made = june()
    campaigns.put_in(made, note, by=alice)
    assert not made.listings.exists()


def test_a_note_of_another_company_is_refused(june: Open, rival: Merchant, alice: User) -> None:
    made = june()
    foreign = Note.objects.create(
        merchant=rival, external_id="other", title="Not hers", author_name="Z", kind="image"
    )
    with pytest.raises(Refusal) as refused:
        campaigns.put_in(made, foreign, by=alice)
    assert refused.value.field == "note"
    assert not CampaignNote.objects.exists()


def test_a_campaign_has_so_many_notes(
    june: Open, shop: Merchant, note: Note, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigns, "MOST_NOTES", 1)
    made = june()
    campaigns.put_in(made, note, by=alice)
    campaigns.put_in(made, note, by=alice)
    with pytest.raises(Refusal, match="at most 1"):
        campaigns.put_in(made, a_note_of(shop, "note-2"), by=alice)


def test_a_boost_brings_no_note_more_than_a_campaign_may_have(
    june: Open,
    shop: Merchant,
    note: Note,
    alice: User,
    a_boost: RequestBoost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(campaigns, "MOST_NOTES", 1)
    made = june()
    campaigns.put_in(made, a_note_of(shop, "note-2"), by=alice)
    with pytest.raises(Refusal, match="at most 1") as refused:
        a_boost(campaign=made, by=alice)
    assert refused.value.field == "campaign"
    campaigns.take_out(made, Note.objects.get(external_id="note-2"), by=alice)
    a_boost(campaign=made, by=alice)
    # One that is there already comes again with each boost of it.
    a_boost(campaign=made, by=alice)
    assert made.note_rows.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_once(
    june: Open, shop: Merchant, note: Note, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigns, "MOST_NOTES", 1)
    made, other = june(), a_note_of(shop, "note-2")
    with pytest.raises(Refusal, match="at most 1"):
        one_after_the_other(
            lambda: campaigns.join(made, note, by=alice),
            lambda: campaigns.join(made, other, by=alice),
        )
    assert made.note_rows.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_brings_a_note_that_is_being_taken_out_brings_it_anew(
    june: Open, shop: Merchant, note: Note, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He waits, counts the notes, and dates it behind the end of what was before."""
    made = june()
    campaigns.put_in(made, note, by=alice)
    one_after_the_other(
        lambda: campaigns.take_out(made, note, by=alice),
        lambda: campaigns.join(made, note, by=alice),
    )
    before, now = NoteBelonging.objects.order_by("pk")
    assert before.to_at
    assert before.to_at <= now.from_at
    assert now.to_at is None
    monkeypatch.setattr(campaigns, "MOST_NOTES", 1)

    def another_in_its_place() -> None:
        campaigns.take_out(made, note, by=alice)
        campaigns.put_in(made, a_note_of(shop, "note-2"), by=alice)

    with pytest.raises(Refusal, match="at most 1"):
        one_after_the_other(another_in_its_place, lambda: campaigns.join(made, note, by=alice))


@pytest.mark.django_db(transaction=True)
def test_what_somebody_brings_again_is_not_taken_out_before_he_is_done(
    june: Open, note: Note, alice: User
) -> None:
    made = june()
    campaigns.put_in(made, note, by=alice)
    one_after_the_other(
        lambda: campaigns.join(made, note, by=alice),
        lambda: campaigns.take_out(made, note, by=alice),
    )
    assert not made.note_rows.exists()
    assert not made.listing_rows.exists()
    assert NoteBelonging.objects.get().to_at


def test_a_closed_campaign_is_not_changed(june: Open, note: Note, alice: User) -> None:
    made = campaigns.close(june(), by=alice)
    acts: list[Callable[[], object]] = [
        lambda: campaigns.edit(made, by=alice, **JUNE),
        lambda: campaigns.close(made, by=alice),
        lambda: campaigns.put_in(made, note, by=alice),
        lambda: campaigns.take_out(made, note, by=alice),
    ]
    for act in acts:
        with pytest.raises(Refusal, match="closed"):
            act()


def test_a_closed_campaign_is_opened_again_unless_its_name_is_taken(
    june: Open, note: Note, alice: User, a_boost: RequestBoost
) -> None:
    made = campaigns.close(june(), by=alice)
    again = campaigns.open_again(made, by=alice)
    assert (again.pk, again.is_open) == (made.pk, True)
    assert a_boost(campaign=again).campaign == made
    assert AuditEntry.objects.filter(verb="campaign.opened_again").count() == 1
    with pytest.raises(Refusal, match="is open"):
        campaigns.open_again(made, by=alice)
    campaigns.close(made, by=alice)
    june()
    with pytest.raises(Refusal, match="open already"):
        campaigns.open_again(made, by=alice)


@pytest.mark.parametrize("who", ["charlie", "manager"])
def test_only_who_edits_campaigns_does(
    june: Open, note: Note, who: str, request: pytest.FixtureRequest
) -> None:
    made, person = june(), request.getfixturevalue(who)
    acts: list[Callable[[], object]] = [
        lambda: june(by=person),
        lambda: campaigns.edit(made, by=person, **JUNE),
        lambda: campaigns.close(made, by=person),
        lambda: campaigns.open_again(made, by=person),
        lambda: campaigns.put_in(made, note, by=person),
        lambda: campaigns.take_out(made, note, by=person),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()


def test_campaigns_are_seen_by_their_company(june: Open, alice: User, charlie: User) -> None:
    made = june()
    assert list(Campaign.objects.visible_to(alice)) == [made]
    assert not Campaign.objects.visible_to(charlie).exists()
    assert list(Campaign.objects.found_by("618")) == [made]


def test_a_boost_brings_its_note_into_its_campaign(
    june: Open, note: Note, a_boost: RequestBoost
) -> None:
    made = june()
    boost = a_boost(campaign=made)
    assert list(made.boosts.all()) == [boost]
    assert list(made.notes.all()) == [note]
    assert boost.judged()["campaign"] == made.name


def test_a_boost_stands_alone_or_moves(june: Open, a_boost: RequestBoost) -> None:
    made = june()
    boost = a_boost(request_key=KEY)
    assert boost.campaign is None
    moved = a_boost(request_key=KEY, campaign=made)
    assert (moved.pk, moved.campaign) == (boost.pk, made)
    entry = AuditEntry.objects.get(verb="boost.edited")
    assert (entry.old["campaign"], entry.new["campaign"]) == (None, made.pk)


def test_a_boost_joins_open_campaigns_of_its_own_company(
    june: Open, rival: Merchant, alice: User, charlie: User, a_boost: RequestBoost
) -> None:
    closed = campaigns.close(june(), by=alice)
    foreign = campaigns.open_one(rival, request_key=uuid4(), by=charlie, **JUNE)
    for wrong in (closed, foreign):
        with pytest.raises(PlanRefusal) as refused:
            a_boost(campaign=wrong)
        assert refused.value.field == "campaign"


def test_a_draft_of_a_campaign_that_was_closed_asks_for_another(
    june: Open, a_boost: RequestBoost, alice: User, money: None
) -> None:
    made = june()
    boost = a_boost(campaign=made)
    campaigns.close(made, by=alice)
    with pytest.raises(PlanRefusal) as refused:
        boosts.submit(boost, by=alice)
    assert refused.value.field == "campaign"


def test_two_of_one_name_from_before_that_was_refused_keep_one_each(
    june: Open, shop: Merchant
) -> None:
    migration: Any = import_module("campaigns.migrations.0028_campaigns_by_name")
    constraint = next(one for one in Campaign._meta.constraints if "by_name" in one.name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Campaign, constraint)
    long = "长" * 60
    first, second, other = june(name="618"), june(name="618-2"), june(name=long)
    closed, last = june(name="closed"), june(name="last")
    Campaign.objects.filter(pk=second.pk).update(name="618")
    Campaign.objects.filter(pk=closed.pk).update(name="618", closed_at=clock.now())
    Campaign.objects.filter(pk=last.pk).update(name=long)
    execute("SET CONSTRAINTS ALL IMMEDIATE", migration.OLDEST_KEEPS_IT)
    names = dict(Campaign.objects.values_list("pk", "name"))
    assert (names[first.pk], names[second.pk]) == ("618", f"618 #{second.pk}")
    assert (names[closed.pk], names[other.pk]) == ("618", long)
    assert names[last.pk].endswith(f"长 #{last.pk}")
    assert len(names[last.pk]) <= 60
    with connection.schema_editor() as editor:
        editor.add_constraint(Campaign, constraint)
