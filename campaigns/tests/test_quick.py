"""The quick form: an amount in all, and whole hours that begin with the approval."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from campaigns.boosts import decisions, quick, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.asked import PlanRefusal
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.ledger import transfers as ledger
from campaigns.tests.conftest import NOON, RequestBoost, a_note_of
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock
from portal.accounts import recent
from portal.accounts.models import User
from tests.racing import at_once

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
Ask = Callable[..., Boost]


@pytest.fixture
def asked(shop: Merchant, note: Note, alice: User) -> Ask:
    """`asked(hours=6)` is a quick draft of Alice's, by default ¥200 for a day."""

    def ask(on: Note = note, budget_fen: int = 20_000, hours: int = 24, **more: Any) -> Boost:
        plan = quick.plan(on, budget_fen=budget_fen, hours=hours, at=clock.now(), beside=True)
        return boosts.request(shop, **{"request_key": uuid4(), "by": alice, **plan, **more})

    return ask


@pytest.mark.parametrize(
    ("at", "hours", "lasts"),
    [
        ("2026-03-02T10:20+08:00", 6, (date(2026, 3, 2), 10, date(2026, 3, 2), 17)),
        ("2026-03-02T10:00+08:00", 6, (date(2026, 3, 2), 10, date(2026, 3, 2), 16)),
        ("2026-03-02T18:00+08:00", 6, (date(2026, 3, 2), 18, date(2026, 3, 2), 24)),
        ("2026-03-02T17:30+08:00", 6, (date(2026, 3, 2), 17, date(2026, 3, 2), 24)),
        ("2026-03-02T23:59+08:00", 24, (date(2026, 3, 2), 23, date(2026, 3, 3), 24)),
        ("2026-03-02T02:00+00:00", 168, (date(2026, 3, 2), 10, date(2026, 3, 9), 10)),
    ],
)
def test_it_lasts_so_many_whole_hours_from_the_approval(
    at: str, hours: int, lasts: tuple[date, int, date, int]
) -> None:
    assert tuple(quick.period(datetime.fromisoformat(at), hours).values()) == lasts


@pytest.mark.usefixtures("at_noon", "money")
def test_it_begins_when_it_is_approved_however_long_that_took(
    asked: Ask, alice: User, manager: User
) -> None:
    boost = boosts.submit(asked(hours=6), by=alice)
    version = boost.version
    # Its hours are what is judged; no guess of its days is.
    assert boost.judged()["hours_from_approval"] == 6
    assert "days" not in boost.judged()
    approved_at = NOON + timedelta(days=2, minutes=20)
    with clock.at(approved_at):
        # No day that passed makes the decision a stale one.
        boost = decisions.approve(boost, version=version, by=manager)
        assert (boost.starts_at, boost.ends_at) == (
            NOON + timedelta(days=2), NOON + timedelta(days=2, hours=7),
        )  # fmt: skip
        schedule.start_due()
    boost.refresh_from_db()
    assert boost.status == BoostStatus.RUNNING
    assert boost.spans.get().from_at == approved_at
    with clock.at(boost.ends_at):
        schedule.complete_due()
    boost.refresh_from_db()
    assert boost.status == BoostStatus.COMPLETED


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ({"budget_fen": 7_499}, "own"),
        ({"budget_fen": 750_001}, "own"),
        ({"hours": 5}, "hours"),
        ({"hours": 169}, "hours"),
    ],
)
def test_its_bounds_are_its_own(asked: Ask, plan: dict[str, int], field: str) -> None:
    with pytest.raises(PlanRefusal) as refused:
        asked(**plan)
    assert refused.value.field == field
    assert not Boost.objects.exists()


def test_on_its_bounds_it_is_asked_for(asked: Ask) -> None:
    assert asked(budget_fen=7_500, hours=6).budget_fen == 7_500
    assert asked(budget_fen=750_000, hours=168).hours == 168


@pytest.mark.parametrize(
    "wrong",
    [
        {"budget_fen": 7_499}, {"budget_fen": 750_001}, {"hours": 5}, {"hours": 169},
        {"hours": None}, {"daily_cap_fen": 10_000}, {"day_part": "evening"}, {"form": "full"},
        {"form": "other"},
    ],
)  # fmt: skip
def test_the_database_keeps_its_bounds(asked: Ask, wrong: dict[str, Any]) -> None:
    boost = asked()
    with pytest.raises(IntegrityError), transaction.atomic():
        Boost.objects.filter(pk=boost.pk).update(**wrong)


@pytest.mark.usefixtures("at_noon")
def test_back_and_submit_is_one_boost_an_hour_later_too(asked: Ask) -> None:
    key = uuid4()
    first = asked(request_key=key)
    with clock.at(NOON + timedelta(hours=1)):
        assert asked(request_key=key) == first
    assert not first.funding_lines.exclude(amount_fen=20_000).exists()


@pytest.mark.usefixtures("at_noon")
def test_one_that_waits_is_beside_any_later_one(asked: Ask, a_boost: RequestBoost) -> None:
    asked(hours=6)
    next_week = clock.today() + timedelta(days=7)
    with pytest.raises(PlanRefusal, match="begins with its approval") as refused:
        a_boost(beside=False, starts_on=next_week, ends_on=next_week, budget_fen=10_000)
    assert refused.value.field == "beside"


# Pages.


@pytest.fixture
def chosen(note: Note) -> dict[str, Any]:
    """What three taps send."""
    return {"request_key": str(uuid4()), "note": note.pk, "amount": "7500", "own": "",
            "hours": "24", "then": "submit"}  # fmt: skip


def page_of(shop: Merchant) -> str:
    return reverse("campaigns:boost-quick", args=[shop.code])


def test_a_note_an_amount_and_submit_is_enough(
    client_of: ClientOf, alice: User, shop: Merchant, note: Note, money: None
) -> None:
    client = client_of(alice)
    form = client.get(page_of(shop), {"note": note.pk}).context["form"]
    sent = {name: form[name].value() for name in ("request_key", "note", "hours")}
    answers = [
        client.post(page_of(shop), {**sent, "amount": "7500", "then": "submit"}) for _ in range(2)
    ]
    boost = Boost.objects.get()
    assert {answer.headers["Location"] for answer in answers} == {boost.get_absolute_url()}
    assert (boost.status, boost.budget_fen, boost.hours) == (BoostStatus.SUBMITTED, 7_500, 24)
    assert ledger.wallet_of(shop).balance_fen == 492_500


def test_what_is_typed_counts(
    client_of: ClientOf, alice: User, shop: Merchant, chosen: dict[str, Any], money: None
) -> None:
    client_of(alice).post(page_of(shop), {**chosen, "own": "321.50"})
    assert Boost.objects.get().budget_fen == 32_150


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"own": "74.99"}, "own"), ({"own": "7500.01"}, "own"), ({"amount": "", "own": ""}, "own"),
        ({"amount": "1"}, "amount"), ({"hours": "5"}, "hours"), ({"note": ""}, "note"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(
    client_of: ClientOf, alice: User, shop: Merchant, chosen: dict[str, Any],
    wrong: dict[str, str], field: str, money: None,
) -> None:  # fmt: skip
    answer = client_of(alice).post(page_of(shop), {**chosen, **wrong})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Boost.objects.exists()


def test_little_money_takes_no_new_login_and_a_days_sum_does(
    client_of: ClientOf, alice: User, shop: Merchant, chosen: dict[str, Any], money: None
) -> None:
    """A stolen session that asks again and again stays below QUICK_BOOST_FEN a day."""
    client = client_of(alice)

    def ask(number: int, own: str) -> str:
        on = a_note_of(shop, f"quick-{number}")
        data = {**chosen, "request_key": str(uuid4()), "note": on.pk, "own": own}
        return str(client.post(page_of(shop), data).headers["Location"])

    session = client.session
    session["signed_in_at"] = (clock.now() - recent.RECENTLY).isoformat()
    session.save()
    assert "reauthenticate" not in ask(1, "500")
    assert "reauthenticate" not in ask(2, "499.99")
    assert "reauthenticate" in ask(3, "75")
    assert Boost.objects.filter(status=BoostStatus.SUBMITTED).count() == 2
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        assert "reauthenticate" not in ask(4, "75")


@pytest.mark.django_db(transaction=True)
def test_those_submitted_at_once_count_each_other(
    asked: Ask, alice: User, money: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def old_login(action: str) -> None:
        if action == "boost.submit":
            raise recent.LoginTooOld(action)

    drafts = [asked(budget_fen=20_000) for _ in range(10)]
    monkeypatch.setattr(recent, "ask", old_login)

    def submit(boost: Boost) -> Callable[[], object]:
        return lambda: boosts.submit(boost, by=alice)

    held, refused = at_once(*map(submit, drafts), refusal=recent.LoginTooOld)
    assert (len(held), len(refused)) == (4, 6)


def test_a_large_boost_takes_a_new_login(
    client_of: ClientOf, alice: User, shop: Merchant, chosen: dict[str, Any], money: None
) -> None:
    client = client_of(alice)
    session = client.session
    session["signed_in_at"] = (clock.now() - recent.RECENTLY).isoformat()
    session.save()
    answer = client.post(page_of(shop), {**chosen, "own": "1000"})
    assert "reauthenticate" in answer.headers["Location"]
    assert not Boost.objects.exists()


def test_a_returned_one_is_corrected_on_its_own_form(
    client_of: ClientOf, alice: User, manager: User, shop: Merchant, asked: Ask, money: None
) -> None:
    boost = boosts.submit(asked(), by=alice)
    decisions.send_back(boost, version=boost.version, reason="More.", field="days", by=manager)
    client = client_of(alice)
    edit = reverse("campaigns:boost-edit", args=[shop.code, boost.pk])
    page = client.get(edit)
    form = page.context["form"]
    assert str(form["amount"].value()) == "20000"
    assert "Please change this:</strong> More." in page.content.decode()
    sent = {
        name: form[name].value() for name in ("request_key", "note", "hours", "amount", "version")
    }
    client.post(edit, {**sent, "hours": "72", "then": "submit"})
    boost.refresh_from_db()
    assert (boost.hours, boost.status) == (72, BoostStatus.SUBMITTED)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "24 hours from the approval on"), ("zh-hans", "审核通过后 24 小时")],
)
def test_until_it_is_approved_no_page_says_a_day(
    client_of: ClientOf, alice: User, shop: Merchant, asked: Ask, language: str, said: str
) -> None:
    boost = asked()
    headers = {"Accept-Language": language}
    page = client_of(alice).get(boost.get_absolute_url(), headers=headers).content.decode()
    assert said in page
    assert f"{boost.ends_on:%Y-%m-%d} ·" not in page
    listed = client_of(alice).get(reverse("campaigns:boost-list", args=[shop.code]))
    assert f'datetime="{boost.ends_on}"' not in listed.content.decode()
    boost.is_dated = True
    boost.save(update_fields=["is_dated"])
    assert said not in client_of(alice).get(boost.get_absolute_url()).content.decode()


def test_a_copy_is_asked_for_on_the_form_of_the_first(
    client_of: ClientOf, alice: User, shop: Merchant, asked: Ask, a_boost: RequestBoost
) -> None:
    new, client = reverse("campaigns:boost-new", args=[shop.code]), client_of(alice)
    first = asked(budget_fen=32_100, hours=72)
    answer = client.get(new, {"copy": first.pk}, follow=True)
    form = answer.context["form"]
    assert answer.redirect_chain[0][0] == f"{page_of(shop)}?copy={first.pk}"
    assert (str(form["own"].value()), form["hours"].value()) == ("321", 72)
    assert form["request_key"].value() != first.request_key
    with clock.at(clock.now() - timedelta(days=30)):
        full = a_boost(objective="followers", budget_fen=90_000)
    form = client.get(new, {"copy": full.pk}).context["form"]
    assert form["starts_on"].value() == clock.today()
    assert (form["days"].value(), form["objective"].value()) == (7, "followers")


def test_a_copy_of_another_companys_boost_is_an_empty_form(
    client_of: ClientOf, charlie: User, rival: Merchant, asked: Ask
) -> None:
    new = reverse("campaigns:boost-new", args=[rival.code])
    for copied in (asked().pk, "x", "9" * 40):
        form = client_of(charlie).get(new, {"copy": copied}).context["form"]
        assert form["budget"].value() is None
