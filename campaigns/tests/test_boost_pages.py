"""The merchant's pages of boosts."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts import decisions, funding, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.delivery.models import AdServer
from campaigns.ledger import transfers as ledger
from campaigns.tests.conftest import RequestBoost, a_note_of
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock
from portal.accounts import versions
from portal.accounts.models import AuditEntry, Team, User
from portal.ui import finding

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def typed(note: Note) -> dict[str, Any]:
    """What Alice types for ¥700 in a week from today."""
    return {
        "request_key": str(uuid4()),
        "note": note.pk,
        "budget": "700",
        "days": "7",
        "objective": "reads",
        "starts_on": clock.today().isoformat(),
        "then": "submit",
    }


@pytest.fixture
def waiting(money: None, a_boost: RequestBoost, alice: User) -> Boost:
    today = clock.today()
    boost = a_boost(starts_on=today, ends_on=today, budget_fen=20_000)
    return boosts.submit(boost, by=alice)


def new(shop: Merchant) -> str:
    return reverse("campaigns:boost-new", args=[shop.code])


def test_three_answers_make_a_submitted_boost(
    client_of: ClientOf, alice: User, shop: Merchant, money: None, typed: dict[str, Any]
) -> None:
    page = client_of(alice).get(new(shop))
    assert page.status_code == 200
    # What the form suggests, with note and budget filled in.
    suggested = page.context["form"].initial
    typed = {**typed, "request_key": suggested["request_key"], "days": suggested["days"]}
    answer = client_of(alice).post(new(shop), typed)
    boost = Boost.objects.get()
    assert answer.headers["Location"] == boost.get_absolute_url()
    assert boost.status == BoostStatus.SUBMITTED
    assert ledger.wallet_of(shop).balance_fen == 430_000


def test_the_same_form_posted_twice_makes_one_boost_and_one_hold(
    client_of: ClientOf, alice: User, shop: Merchant, money: None, typed: dict[str, Any]
) -> None:
    first, second = (client_of(alice).post(new(shop), typed) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert ledger.wallet_of(shop).balance_fen == 430_000


def test_the_form_shows_the_wallet_to_those_who_may_see_it(
    client_of: ClientOf, alice: User, bob: User, shop: Merchant, money: None
) -> None:
    for person, sees in [(alice, True), (bob, False)]:
        page = client_of(person).get(new(shop))
        assert page.status_code == 200
        assert ("In your wallet" in page.content.decode()) is sees


@pytest.mark.parametrize(
    ("language", "hint"), [("en", "At least ¥100.00 a day."), ("zh-hans", "每天至少 ¥100.00。")]
)
def test_the_form_says_the_least_budget_in_the_readers_language(
    client_of: ClientOf, alice: User, shop: Merchant, language: str, hint: str
) -> None:
    page = client_of(alice).get(new(shop), headers={"Accept-Language": language})
    assert hint in page.content.decode()


def test_an_old_form_of_a_rejected_boost_claims_nothing(
    client_of: ClientOf,
    alice: User,
    manager: User,
    shop: Merchant,
    money: None,
    typed: dict[str, Any],
) -> None:
    client_of(alice).post(new(shop), typed)
    boost = Boost.objects.get()
    decisions.reject(boost, version=boost.version, reason="No.", by=manager)
    page = client_of(alice).post(new(shop), typed, follow=True)
    assert "Submitted. The budget" not in page.content.decode()
    assert Boost.objects.get().status == BoostStatus.REJECTED


def test_two_tabs_submitting_one_draft_hold_once_and_the_second_is_told(
    client_of: ClientOf, alice: User, shop: Merchant, money: None, a_boost: RequestBoost
) -> None:
    today = clock.today()
    boost = a_boost(starts_on=today, ends_on=today, budget_fen=20_000)
    submit = reverse("campaigns:boost-submit", args=[shop.code, boost.pk])
    alice_at, read = client_of(alice), {"version": versions.of(boost)}
    alice_at.post(submit, read)
    page = alice_at.post(submit, read, follow=True)
    assert "was already submitted" in page.content.decode()
    assert funding.held_fen(boost) == 20_000


@pytest.mark.parametrize("budget", ["0", "-1", "1.005", "1" + "0" * 15, "lots", "", "99", "NaN"])
def test_a_wrong_budget_gets_a_sentence_and_is_kept(
    client_of: ClientOf,
    alice: User,
    shop: Merchant,
    money: None,
    typed: dict[str, Any],
    budget: str,
) -> None:
    page = client_of(alice).post(new(shop), {**typed, "budget": budget})
    assert page.status_code == 422
    assert page.context["form"].errors["budget"]
    assert f'value="{budget}"' in page.content.decode() or not budget
    assert not Boost.objects.exists()


def test_full_width_digits_are_digits(
    client_of: ClientOf, alice: User, shop: Merchant, money: None, typed: dict[str, Any]
) -> None:
    client_of(alice).post(new(shop), {**typed, "budget": "７００"})
    assert Boost.objects.get().budget_fen == 70_000


def test_what_a_day_may_cost_at_most_is_asked_for_and_shown(
    client_of: ClientOf, alice: User, shop: Merchant, money: None, typed: dict[str, Any]
) -> None:
    client_of(alice).post(new(shop), {**typed, "cap": "120"})
    boost = Boost.objects.get()
    assert boost.daily_cap_fen == 12_000
    page = client_of(alice).get(boost.get_absolute_url()).content.decode()
    assert "Most a day" in page
    assert "¥120.00" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("note", "999999"),
        ("note", "x"),
        ("days", "0"),
        ("days", "91"),
        ("starts_on", "1970-01-01"),
        ("starts_on", "2999-99-99"),
        ("objective", "fame"),
        ("fund", "999999"),
        ("cap", "99.99"),
        ("cap", "x"),
        ("grant", "5"),
    ],
)
def test_other_wrong_answers_name_their_field(
    client_of: ClientOf,
    alice: User,
    shop: Merchant,
    typed: dict[str, Any],
    field: str,
    value: str,
) -> None:
    page = client_of(alice).post(new(shop), {**typed, field: value})
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not Boost.objects.exists()


def test_a_note_of_another_merchant_cannot_be_chosen(
    client_of: ClientOf, alice: User, shop: Merchant, rival: Merchant, typed: dict[str, Any]
) -> None:
    page = client_of(alice).post(new(shop), {**typed, "note": rival.notes.get().pk})
    assert page.status_code == 422
    assert "Rival" not in page.content.decode()


def test_an_empty_wallet_is_told_next_to_the_budget_and_leaves_nothing(
    client_of: ClientOf, alice: User, shop: Merchant, typed: dict[str, Any]
) -> None:
    page = client_of(alice).post(new(shop), typed)
    assert page.status_code == 422
    assert "lacks ¥700.00" in page.context["form"].errors["budget"][0]
    assert not Boost.objects.exists()


def test_a_returned_boost_shows_the_reason_at_its_field_and_is_corrected(
    client_of: ClientOf, alice: User, manager: User, waiting: Boost, shop: Merchant
) -> None:
    decisions.send_back(
        waiting,
        version=waiting.version,
        field="budget",
        reason="Too little for a video.",
        by=manager,
    )
    edit = reverse("campaigns:boost-edit", args=[shop.code, waiting.pk])
    page = client_of(alice).get(edit)
    body = re.sub(r"\s+", " ", page.content.decode())
    assert "Please change this:</strong> Too little for a video." in body
    typed = {**page.context["form"].initial, "budget": "300", "then": "submit", "grant": ""}
    typed["fund"] = typed["cap"] = typed["campaign"] = ""
    assert client_of(alice).post(edit, typed).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.status, waiting.budget_fen) == (BoostStatus.SUBMITTED, 30_000)
    assert funding.held_fen(waiting) == 30_000


def test_a_stop_asks_why_and_says_what_comes_back(
    client_of: ClientOf, alice: User, waiting: Boost, shop: Merchant
) -> None:
    client = client_of(alice)
    client.post(reverse("campaigns:boost-withdraw", args=[shop.code, waiting.pk]))
    waiting.refresh_from_db()
    assert waiting.status == BoostStatus.DRAFT
    stop = reverse("campaigns:boost-stop", args=[shop.code, waiting.pk])
    assert "¥0.00 is set aside and goes back at once" in client.get(stop).content.decode()
    assert client.post(stop, {"reason": " "}).status_code == 422
    told = client.post(stop, {"reason": "Sold out."}, follow=True).content.decode()
    assert "What was set aside went back." in told
    assert AuditEntry.objects.get(verb="boost.stopped").reason == "Sold out."
    assert client.post(stop, {"reason": "Again."}).status_code == 422


def test_a_running_boost_is_paused_goes_on_and_is_stopped_on_its_page(
    ad_server: AdServer,
    client_of: ClientOf,
    alice: User,
    manager: User,
    waiting: Boost,
    shop: Merchant,
) -> None:
    decisions.approve(waiting, version=waiting.version, by=manager)
    schedule.start_due()
    waiting.refresh_from_db()
    funding.capture_to(waiting, 5_000)
    client = client_of(alice)
    for verb, status, label in [
        ("pause", BoostStatus.PAUSED, "Paused. This hour may still cost"),
        ("resume", BoostStatus.RUNNING, "It goes on"),
        ("resume", BoostStatus.RUNNING, "Only a paused boost can go on"),
    ]:
        url = reverse(f"campaigns:boost-{verb}", args=[shop.code, waiting.pk])
        assert label in client.post(url, follow=True).content.decode()
        waiting.refresh_from_db()
        assert waiting.status == status
    assert (
        "¥150.00 set aside now, ¥50.00 spent"
        in client.get(waiting.get_absolute_url()).content.decode()
    )
    stop = reverse("campaigns:boost-stop", args=[shop.code, waiting.pk])
    asked = re.sub(r"\s+", " ", client.get(stop).content.decode())
    assert "¥50.00 is spent. ¥150.00 is set aside" in asked
    told = client.post(stop, {"reason": "Sold out."}, follow=True).content.decode()
    assert "goes back as soon as they are told, within 48 hours" in told
    assert funding.held_fen(waiting) == 15_000


def test_the_page_of_a_published_note_offers_the_boost_to_those_who_may_ask_for_one(
    client_of: ClientOf, alice: User, ana: User, team: Team, note: Note
) -> None:
    page = reverse("merchants:note-detail", args=[note.merchant.code, note.pk])
    boost_it = f'{reverse("campaigns:boost-quick", args=[note.merchant.code])}?note={note.pk}"'
    assert boost_it in client_of(alice).get(page).content.decode()
    assert boost_it not in client_of(ana).get(page).content.decode()
    for moment in (None, clock.now() + timedelta(hours=1)):
        Note.objects.filter(pk=note.pk).update(published_at=moment)
        assert boost_it not in client_of(alice).get(page).content.decode()


def test_the_page_says_that_only_what_delivery_reports_is_spent(
    client_of: ClientOf, alice: User, waiting: Boost
) -> None:
    page = client_of(alice).get(waiting.get_absolute_url())
    assert "Only what delivery reports is spent." in page.content.decode()


def test_the_form_offers_the_newest_notes_and_the_one_its_page_was_left_for(
    client_of: ClientOf, alice: User, shop: Merchant, note: Note, typed: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(finding, "MOST_SHOWN", 1)
    older = a_note_of(shop, "older")
    fresh = client_of(alice).get(new(shop)).content.decode()
    assert f'value="{note.pk}"' in fresh
    assert "There are more: type a word of the one you want." in fresh
    page = client_of(alice).get(reverse("merchants:note-detail", args=[shop.code, older.pk]))
    quick = f"{reverse('campaigns:boost-quick', args=[shop.code])}?note={older.pk}"
    assert quick in page.content.decode()
    full = f"{new(shop)}?note={older.pk}"
    shown = client_of(alice).get(quick).content.decode()
    assert full in shown
    for form in (shown, client_of(alice).get(full).content.decode()):
        assert f'value="{older.pk}" checked' in form
    client_of(alice).post(new(shop), {**typed, "note": older.pk, "then": "save"})
    assert Boost.objects.get().note == older


def test_charlie_finds_nothing_of_alices(
    client_of: ClientOf, charlie: User, rival: Merchant, waiting: Boost
) -> None:
    assert client_of(charlie).get(waiting.get_absolute_url()).status_code == 404
    own = reverse("campaigns:boost-detail", args=[rival.code, waiting.pk])
    assert client_of(charlie).get(own).status_code == 404


def test_the_list_sorts_by_every_column_and_exports(
    client_of: ClientOf, alice: User, waiting: Boost, shop: Merchant
) -> None:
    url = reverse("campaigns:boost-list", args=[shop.code])
    for column in ("note", "status", "objective", "budget", "starts_on", "ends_on"):
        assert client_of(alice).get(url, {"sort": f"-{column}"}).status_code == 200
    export = client_of(alice).get(url, {"export": "csv"})
    assert "200" in b"".join(export).decode()


def test_who_goes_back_and_submits_again_holds_the_money_once(
    client_of: ClientOf, alice: User, shop: Merchant, typed: dict[str, Any], money: None
) -> None:
    """A page that was left is asked for anew and has a key of its own; only the days tell."""
    client = client_of(alice)
    again = {**typed, "request_key": uuid4()}
    assert client.post(new(shop), typed).status_code == 302
    page = client.post(new(shop), again)
    assert page.status_code == 422
    assert 'name="beside"' in page.content.decode()
    assert Boost.objects.count() == 1
    assert ledger.wallet_of(shop).balance_fen == 500_000 - Boost.objects.get().budget_fen
    assert client.post(new(shop), {**again, "beside": "on"}).status_code == 302
    assert Boost.objects.count() == 2
