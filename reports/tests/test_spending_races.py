"""A capture or a cost under way while an answer is given away: it is in it, or dated behind it."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse

from campaigns.boosts import several
from campaigns.boosts import verbs as boosts
from campaigns.boosts.belonging import BoostBelonging
from campaigns.boosts.models import Boost, Objective
from campaigns.campaigns import verbs as campaigns
from campaigns.campaigns.belonging import NoteBelonging
from campaigns.campaigns.models import Campaign
from campaigns.delivery.models import HourChange
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import Note
from portal.accounts.models import User
from reports.answers import giving, spend
from reports.answers.question import By, Question, TimeBase
from reports.answers.spend import Spending
from reports.attribution.models import ReportDay
from reports.tests.conftest import ListProduct
from reports.tests.factory import day
from reports.tests.spent import boost_of, delivered, paid
from reports.tests.test_report_of_campaigns import opened
from tests.awaiting import until
from tests.racing import alone, one_after_the_other

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def boost(sunscreen: Listing) -> Boost:
    return boost_of(sunscreen.note)


def capture(boost: Boost) -> None:
    """As delivery does it: the boost is locked first, and the moment is taken behind the lock."""
    Boost.objects.select_for_update(no_key=True).get(pk=boost.pk)
    delivered(boost, day(1), 300)


def test_an_answer_waits_for_the_capture_under_way_and_has_it(shop: Merchant, boost: Boost) -> None:
    asked = Question(shop, day(2), day(1), by=By.BOOST)
    given = one_after_the_other(lambda: capture(boost), lambda: giving.given(asked))
    assert given.as_of is not None
    assert HourChange.objects.get().at <= given.as_of
    assert Spending(given, ()).total().spend("captured") == 300


def test_an_answer_waits_for_the_cost_that_is_being_recorded_and_has_it(
    shop: Merchant, sunscreen: Listing
) -> None:
    asked = Question(shop, day(2), day(1), by=By.NOTE)
    given = one_after_the_other(
        lambda: paid(sunscreen.note, day(1), 300), lambda: giving.given(asked)
    )
    assert given.as_of is not None
    assert Spending(given, ()).total().outside() == 300


def test_an_answer_of_a_campaign_waits_for_the_note_that_joins_it_and_has_it(
    shop: Merchant, sunscreen: Listing, alice: User
) -> None:
    asked = campaign_of(shop, alice)
    given = one_after_the_other(lambda: join(asked, sunscreen, alice), lambda: giving.given(asked))
    assert given.as_of is not None
    assert NoteBelonging.objects.get().from_at <= given.as_of


def campaign_of(shop: Merchant, by: User) -> Question:
    made = opened(shop, "618", by)
    return Question(shop, day(2), day(1), time_base=TimeBase.TOUCH, campaign=made)


def join(asked: Question, listing: Listing, by: User) -> None:
    assert asked.campaign
    campaigns.join(asked.campaign, listing.note, by=by)


def file_of(client: Client, campaign: Campaign, **more: str) -> str:
    """The file of a campaign, whose address says nothing of a time base."""
    place = [campaign.merchant.code, "campaign", campaign.pk]
    days = {"first_on": str(day(2)), "last_on": str(day(1))}
    address = reverse("reports:report-object", args=place)
    answer = client.get(address, {**days, "export": "json", **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_so_does_the_file_of_a_campaign_which_is_the_same_when_asked_for_again(
    shop: Merchant, sunscreen: Listing, alice: User, client_of: Callable[[User], Client]
) -> None:
    asked, client = campaign_of(shop, alice), client_of(alice)
    assert asked.campaign
    of = asked.campaign
    file = one_after_the_other(lambda: join(asked, sunscreen, alice), lambda: file_of(client, of))
    moment = json.loads(file)["as_of"]
    assert NoteBelonging.objects.get().from_at <= datetime.fromisoformat(moment)
    campaigns.take_out(of, sunscreen.note, by=alice)
    assert file_of(client, of, as_of=moment) == file


def test_an_answer_that_did_not_wait_for_it_would_be_another_one_later(
    shop: Merchant, sunscreen: Listing, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr(giving, "wait_for_members", lambda question: None)
    asked = campaign_of(shop, alice)
    with pytest.raises(AssertionError):
        one_after_the_other(lambda: join(asked, sunscreen, alice), lambda: giving.given(asked))


def test_an_answer_that_did_not_wait_would_be_another_one_later(
    shop: Merchant, boost: Boost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    for wait in ("wait_for_costs", "wait_for_captures"):
        monkeypatch.setattr(giving, wait, lambda question: None)
    asked: Any = Question(shop, day(2), day(1), by=By.BOOST)
    for act in (lambda: capture(boost), lambda: paid(boost, day(1), 300)):
        with pytest.raises(AssertionError):
            one_after_the_other(act, lambda: giving.given(asked))


def while_it_waits(first: Callable[[], object], then: Callable[[], object], asked: Question) -> Any:
    """An answer that is given away waits for the turn that `first` has taken; meanwhile `then` is
    done, and the turn ends."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            given = pool.submit(copy_context().run, alone, lambda: giving.given(asked))
            until(somebody_waits, otherwise=lambda: "nobody waits")
            then()
        return given.result()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        # Within a transaction it would be told again what it was told before.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone() != (0,))


def another(act: Callable[[], object]) -> None:
    """Done by somebody else, who need not wait."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(copy_context().run, alone, act).result(timeout=5)


def impatient_capture(boost: Boost) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '400ms'")
        capture(boost)


@pytest.fixture
def captures_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of before: whatever boosts there are is held while the turn is waited for."""

    def hold_still(question: Question) -> None:
        spend.wait_for_captures(question)
        ReportDay.objects.take_turn()

    monkeypatch.setattr(giving, "hold_still", hold_still)
    monkeypatch.setattr(spend, "UNASKED", ())
    boost_by_boost(monkeypatch)


def boost_by_boost(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form of several boosts locks what each of them needs when it is its turn."""
    monkeypatch.setattr(several, "_lock", lambda *of: None)


def test_who_waits_for_his_turn_holds_up_no_capture(shop: Merchant, boost: Boost) -> None:
    asked = Question(shop, day(2), day(1))
    given = while_it_waits(
        ReportDay.objects.take_turn, lambda: another(lambda: impatient_capture(boost)), asked
    )
    assert Spending(given, ()).total().spend("captured") == 300


@pytest.mark.usefixtures("captures_first")
def test_who_waited_with_the_captures_in_his_hands_would_hold_them_up(
    shop: Merchant, boost: Boost
) -> None:
    """The twin."""
    with pytest.raises(OperationalError, match="lock timeout"):
        while_it_waits(
            ReportDay.objects.take_turn,
            lambda: another(lambda: impatient_capture(boost)),
            Question(shop, day(2), day(1)),
        )


GoBack = Callable[..., Question]


@pytest.fixture
def back_on_the_form(
    shop: Merchant,
    alice: User,
    list_product: ListProduct,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[GoBack]:
    """Alice has asked for boosts of two notes, has gone back, and asks for one of them with more
    money, and for another note; what she asks for is half done when her answer is given away. If
    they are named, the boosts leave the campaign `left`, which the answer is of, for `joined`."""
    form = uuid4()
    notes = [list_product(shop, name, kind="in_app").note for name in ("Mask", "Oil", "Gel")]

    def ask(budget_fen: int, of: list[Note], campaign: Campaign | None) -> None:
        several.request(
            shop, of, request_key=form, by=alice, note=of[0], objective=Objective.READS,
            budget_fen=budget_fen, starts_on=day(0), ends_on=day(0), beside=True, campaign=campaign,
        )  # fmt: skip

    with ThreadPoolExecutor(1) as pool:
        given: list[Future[Question]] = []
        request = boosts.request

        def go_back(left: Campaign | None = None, joined: Campaign | None = None) -> Question:
            ask(40_000, notes[1:], left)
            base = TimeBase.TOUCH if left else TimeBase.ORDER
            asked = Question(shop, day(2), day(0), time_base=base, campaign=left)

            def half_done(*of: Any, **plan: Any) -> Boost:
                made = request(*of, **plan)
                if not given:
                    answer = copy_context().run
                    given.append(pool.submit(answer, alone, lambda: giving.given(asked)))
                    until(somebody_waits, otherwise=lambda: "nobody waits")
                return made

            monkeypatch.setattr(boosts, "request", half_done)
            try:
                ask(60_000, notes[:2], joined)
            finally:
                answer = given[0].result()
            return answer

        yield go_back


CHANGED = [("draft", 30_000), ("draft", 30_000), ("stopped", 20_000)]


def test_who_asks_anew_and_who_is_given_an_answer_do_not_wait_for_each_other(
    shop: Merchant, back_on_the_form: GoBack
) -> None:
    assert back_on_the_form().as_of is not None
    assert sorted(shop.boosts.values_list("status", "budget_fen")) == CHANGED


@pytest.mark.usefixtures("captures_first")
def test_with_boosts_in_his_hands_he_would_wait_for_who_waits_for_him(
    back_on_the_form: GoBack,
) -> None:
    """The twin."""
    with pytest.raises(OperationalError, match="deadlock"):
        back_on_the_form()


@pytest.mark.parametrize("joins", [True, False])
def test_nor_do_they_where_drafts_leave_the_campaign_that_the_answer_is_of(
    shop: Merchant, alice: User, back_on_the_form: GoBack, joins: bool
) -> None:
    left, other = (opened(shop, name, alice) for name in ("618", "11.11"))
    joined = other if joins else None
    given = back_on_the_form(left, joined)
    assert sorted(shop.boosts.values_list("status", "budget_fen")) == CHANGED
    assert set(shop.boosts.filter(status="draft").values_list("campaign", flat=True)) == {
        joined and joined.pk
    }
    then = BoostBelonging.objects.get(boost__note__title="Why Oil", campaign=left)
    assert given.as_of
    assert then.to_at
    assert then.to_at <= given.as_of


def test_locking_a_campaign_behind_the_turn_they_would(
    shop: Merchant, alice: User, back_on_the_form: GoBack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    boost_by_boost(monkeypatch)
    with pytest.raises(OperationalError, match="deadlock"):
        back_on_the_form(opened(shop, "618", alice))
