"""A fund that grants in rounds: collected, divided at the cut-off, carried out one by one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from campaigns.boosts import (
    appealing,
    awarding,
    decisions,
    funding,
    round_changes,
    schedule,
    spans,
)
from campaigns.boosts import verbs as boosts
from campaigns.boosts.asked import PlanRefusal
from campaigns.boosts.awards import LAPSES, RETURNS, Award, AwardStatus, Cause, Why
from campaigns.boosts.models import Boost, Objective
from campaigns.funds import rounds, sizes
from campaigns.funds.models import Fund, FundWay, Round
from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Transfer, TransferReason
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import NOON, TODAY, RequestBoost, a_note_of, balance_of
from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.review.appeals import AppealRefusal
from portal.review.door import DecisionRefusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon", "money")]
DAY = timedelta(days=1)
CUT = NOON + 2 * DAY
ClientOf = Callable[[User], Client]


@pytest.fixture
def fund(fund: Fund) -> Fund:
    """¥1,000, granted in rounds."""
    Fund.objects.filter(pk=fund.pk).update(grants_by=FundWay.ROUNDS)
    fund.refresh_from_db()
    return fund


@pytest.fixture
def round_(fund: Fund, admin: User) -> Round:
    return rounds.open_round(fund, cut_at=CUT, by=admin)


@pytest.fixture
def ask(a_boost: RequestBoost, fund: Fund, alice: User, manager: User) -> Callable[..., Boost]:
    """`ask(grant_fen=...)` is a boost of ¥1,500 for three days that is approved and waits."""

    def approved(grant_fen: int, **plan: Any) -> Boost:
        days = {"starts_on": TODAY + 3 * DAY, "ends_on": TODAY + 5 * DAY, "budget_fen": 150_000}
        made = a_boost(**{**days, "fund": fund, "grant_fen": grant_fen, **plan})
        boost = boosts.submit(made, by=alice)
        return decisions.approve(boost, version=boost.version, by=manager)

    return approved


@pytest.fixture
def of_charlie(
    rival: Merchant, fund: Fund, round_: Round, charlie: User, manager: User
) -> Callable[[int], Boost]:
    """The same of another company, whose names nobody else reads."""
    payments.record(rival, amount_fen=500_000, reference="bank-2", by=manager)
    note = a_note_of(rival, "rival-1")
    note.title = "Rival secret linen"
    note.save()

    def approved(grant_fen: int) -> Boost:
        made = boosts.request(
            rival, note=note, objective=Objective.READS, starts_on=TODAY + 3 * DAY,
            ends_on=TODAY + 5 * DAY, budget_fen=150_000, fund=fund, grant_fen=grant_fen,
            request_key=uuid4(), by=charlie, beside=True,
        )  # fmt: skip
        boost = boosts.submit(made, by=charlie)
        return decisions.approve(boost, version=boost.version, by=manager)

    return approved


def at_the_cut() -> None:
    with clock.at(CUT):
        awarding.look()


def state(boost: Boost) -> tuple[str, int, int]:
    """Status, budget and what is set aside (fen)."""
    boost.refresh_from_db()
    return boost.status, boost.budget_fen, funding.held_fen(boost)


def test_a_boost_is_approved_and_waits_with_its_own_part_set_aside(
    round_: Round, ask: Callable[..., Boost], fund: Fund, alice: User
) -> None:
    assert state(ask(60_000)) == ("approved", 150_000, 90_000)
    told = alice.notices.values_list("text", flat=True)
    assert any("waits for the round of its fund" in text for text in told)
    assert balance_of(fund.account) == 100_000
    assert verify().broken == []


def test_the_fund_is_divided_at_the_cut_off_and_budgets_shrink_by_what_it_did_not_give(
    round_: Round, ask: Callable[..., Boost], of_charlie: Callable[[int], Boost], fund: Fund
) -> None:
    mine, second, other = ask(60_000), ask(20_000), of_charlie(80_000)
    awarding.look()
    assert state(mine)[0] == "approved", "not before its moment"
    for _again in range(2):
        at_the_cut()
        # Two companies with ¥500 each; mine has two requests, of which the small one is filled.
        assert state(mine) == ("scheduled", 120_000, 120_000)
        assert state(second) == ("scheduled", 150_000, 150_000)
        assert state(other) == ("scheduled", 120_000, 120_000)
        assert balance_of(fund.account) == 0
        assert verify().broken == []
    round_.refresh_from_db()
    assert round_.status == "applied"
    assert [award.why for award in round_.awards.order_by("pk")] == ["shared", "full", "shared"]


def test_what_is_stored_gives_the_same_fen_again_and_what_is_changed_does_not(
    round_: Round, ask: Callable[..., Boost], of_charlie: Callable[[int], Boost]
) -> None:
    ask(60_000), of_charlie(80_000)
    at_the_cut()
    round_.refresh_from_db()
    assert rounds.repeats(round_)
    assert round_.code_version == rounds.code_version()
    round_.inputs["fund_fen"] -= 1
    assert not rounds.repeats(round_)


def test_too_little_comes_back_with_the_sentence_and_the_own_cash(
    round_: Round, ask: Callable[..., Boost], of_charlie: Callable[[int], Boost], fund: Fund,
    alice: User, client_of: ClientOf, shop: Merchant,
) -> None:  # fmt: skip
    """¥300 for three days is the least; ¥200 of its own and a round without a fen are less."""
    boost = ask(10_000, budget_fen=30_000)
    with fund_of(fund, 0):
        at_the_cut()
    boost.refresh_from_db()
    assert (boost.status, funding.held_fen(boost)) == ("returned", 0)
    assert balance_of(ledger.wallet_of(shop)) == 500_000
    page = client_of(alice).get(boost.get_absolute_url()).content.decode()
    assert "you asked for ¥100.00 and get ¥0.00" in page
    assert "it came back, and your own part is free again" in page
    # A round said so, and no person with whom anybody could disagree.
    assert "I disagree" not in page
    with pytest.raises(AppealRefusal, match="No person decided this"):
        appealing.appeal(boost, text="But.", by=alice)


class fund_of:
    """As long as it lasts, the fund has so much: the rest is with somebody else."""

    def __init__(self, fund: Fund, fen: int) -> None:
        self.fund, self.fen = fund, fen

    def __enter__(self) -> None:
        self.away = balance_of(self.fund.account) - self.fen
        other = ledger.bank_of(self.fund.account)
        ledger.transfer(
            source=self.fund.account, target=other, amount_fen=self.away, key="away",
            reason=TransferReason.REFUND,
        )  # fmt: skip

    def __exit__(self, *raised: object) -> None:
        pass


def test_one_that_is_stopped_meanwhile_gets_nothing_and_keeps_no_other_from_it(
    round_: Round, ask: Callable[..., Boost], fund: Fund, alice: User
) -> None:
    gone, there = ask(60_000), ask(60_000)
    with clock.at(CUT):
        awarding.allocate(round_.pk)
        boosts.stop(gone, by=alice)
        awarding.look()
    awards = [(award.status, award.cause) for award in round_.awards.order_by("pk")]
    assert awards == [("lapsed", Cause.GONE), ("granted", "")]
    assert {*Cause} == LAPSES | RETURNS
    texts = alice.notices.values_list("text", flat=True)
    assert not any("could not be moved" in text for text in texts)
    assert state(there) == ("scheduled", 140_000, 140_000)
    assert balance_of(fund.account) == 50_000
    assert verify().broken == []


def lower_the_cap(fund: Fund) -> None:
    Fund.objects.filter(pk=fund.pk).update(merchant_cap_fen=10_000)


@pytest.mark.parametrize(
    ("happens", "cause", "sentence"),
    [
        (lambda fund: fund_of(fund, 0).__enter__(), Cause.SHORT, "was not there any more"),
        (lower_the_cap, Cause.CAP, "the most that is granted to one was reached"),
    ],
)
def test_what_cannot_be_moved_after_the_cut_off_is_told_and_the_boost_waits_on(
    happens: Callable[[Fund], None], cause: Cause, sentence: str, round_: Round,
    ask: Callable[..., Boost], fund: Fund, alice: User, client_of: ClientOf,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    boost = ask(60_000)
    with clock.at(CUT):
        awarding.allocate(round_.pk)
        happens(fund)
        with django_capture_on_commit_callbacks(execute=True):
            awarding.look()
    award = Award.objects.get(boost=boost)
    assert (award.status, award.cause) == (AwardStatus.LAPSED, cause)
    assert state(boost) == ("approved", 150_000, 90_000)
    told = [notice.text for notice in alice.notices.all() if "could not be moved" in notice.text]
    assert len(told) == 1
    page = client_of(alice).get(boost.get_absolute_url()).content.decode()
    assert sentence in page
    assert "did not wait for it any more" not in page


def test_what_is_granted_after_the_last_day_is_too_late_and_not_too_little(
    round_: Round, ask: Callable[..., Boost], alice: User, admin: User, client_of: ClientOf
) -> None:
    boost = ask(60_000)
    with clock.at(CUT):
        awarding.allocate(round_.pk)
    with clock.at(NOON + 7 * DAY):
        awarding.look()
        log = client_of(admin).get(reverse("accounts:platform-audit"), {"verb": "award.returned"})
        assert "<td" in log.content.decode()
        assert "too little" not in log.content.decode()
        page = client_of(alice).get(boost.get_absolute_url()).content.decode()
    assert Award.objects.get(boost=boost).cause == Cause.OVER
    assert "get all of it. But the days of the boost had passed by then" in page
    assert "That is too little" not in page
    assert state(boost)[0] == "returned"


def test_killed_in_the_middle_each_is_whole_and_the_next_look_ends_it(
    round_: Round, ask: Callable[..., Boost], fund: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [ask(20_000, budget_fen=100_000) for _ in range(5)]
    draw, calls = funding.draw, 0

    def dies(boost: Boost) -> None:
        nonlocal calls
        draw(boost)
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(funding, "draw", dies)
    with pytest.raises(KeyboardInterrupt):
        at_the_cut()
    assert [state(boost)[0] for boost in asked].count("scheduled") == 2
    assert balance_of(fund.account) == 60_000
    assert verify().broken == []
    at_the_cut()
    assert {state(boost) for boost in asked} == {("scheduled", 100_000, 100_000)}
    assert balance_of(fund.account) == 0
    assert Transfer.objects.filter(source=fund.account).count() == 5
    assert verify().broken == []


def test_a_merchants_pages_hold_no_name_and_no_number_of_anybody_else(
    round_: Round, ask: Callable[..., Boost], of_charlie: Callable[[int], Boost], shop: Merchant,
    alice: User, charlie: User, client_of: ClientOf, rival: Merchant,
) -> None:  # fmt: skip
    mine, _other = ask(61_234), of_charlie(87_654)
    at_the_cut()
    own = reverse("campaigns:award-list", args=[shop.code])
    read = "".join(
        b"".join(client_of(alice).get(page)).decode()
        for page in (own, own + "?export=csv", mine.get_absolute_url())
    )
    assert "you asked for ¥612.34 and get ¥500.00" in read
    for canary in ("Rival", "876.54", "87654", "1,488.88", "148888", round_.seed):
        assert canary not in read, canary
    theirs = client_of(charlie).get(reverse("campaigns:award-list", args=[rival.code]))
    assert "876.54" in theirs.content.decode()


def test_a_cap_is_kept_and_said(round_: Round, ask: Callable[..., Boost], fund: Fund) -> None:
    boost = ask(60_000)
    Fund.objects.filter(pk=fund.pk).update(merchant_cap_fen=40_000)
    at_the_cut()
    award = Award.objects.get(boost=boost)
    assert (award.awarded_fen, award.why, award.status) == (40_000, Why.CAP, AwardStatus.GRANTED)
    assert "all that it still grants you" in award.sentence


def test_small_is_a_company_by_all_its_merchants_whoever_of_them_asks(
    round_: Round, ask: Callable[..., Boost], of_charlie: Callable[[int], Boost], fund: Fund,
    shop: Merchant, admin: User, bob: User, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    silent = merchants.register(name="Sister", credit_code="91310000MA1FL0AL2A", by=bob)
    # The same organisation as Alice’s, registered by another office.
    Merchant.objects.filter(pk=silent.pk).update(credit_code=f"92{shop.credit_code[2:17]}X")
    Fund.objects.filter(pk=fund.pk).update(small_below_fen=7_000, reserve_percent=50)
    monkeypatch.setattr(sizes, "_TELLERS", [lambda merchants: {shop.pk: 1, silent.pk: 6_999}])
    ask(60_000), of_charlie(80_000)
    at_the_cut()
    round_.refresh_from_db()
    small = [request["is_small"] for request in round_.inputs["requests"]]
    assert small == [False, True], "of Charlie’s nobody knows the size"


def test_the_form_and_the_reviewer_are_told_of_the_round(
    ask: Callable[..., Boost], a_boost: RequestBoost, fund: Fund, admin: User, alice: User,
    manager: User, shop: Merchant, client_of: ClientOf,
) -> None:  # fmt: skip
    page = reverse("campaigns:boost-new", args=[shop.code])
    read = client_of(alice).get(page).content.decode()
    assert "is divided in rounds, and none is open now" in read
    with pytest.raises(PlanRefusal, match="none is open now"):
        ask(10_000)
    rounds.open_round(fund, cut_at=CUT, by=admin)
    assert "you may get less than you ask for" in client_of(alice).get(page).content.decode()
    with pytest.raises(PlanRefusal, match="choose a first day from then on") as refused:
        ask(10_000, starts_on=TODAY + DAY)
    assert refused.value.field == "starts_on"
    late = {"starts_on": TODAY + 3 * DAY, "ends_on": TODAY + 4 * DAY}
    boost = boosts.submit(a_boost(fund=fund, grant_fen=10_000, **late), by=alice)
    asked = reverse("review:review-detail", args=["boost", boost.pk])
    read = client_of(manager).get(asked).content.decode()
    assert "waits for the round of its fund. What its merchant pays himself" in read
    assert "Its funds pay their part now" not in read
    with clock.at(CUT), pytest.raises(DecisionRefusal, match="none is open now"):
        decisions.approve(boost, version=boost.version, by=manager)


def test_a_round_that_is_divided_on_the_first_day_is_not_spent_from_before_it(
    round_: Round, ask: Callable[..., Boost]
) -> None:
    """Whoever delivers may say an hour as soon as there is money for it, and no sooner."""
    boost = ask(60_000, starts_on=clock.day_of(CUT))
    late = CUT + timedelta(hours=2, minutes=5)
    with clock.at(late):
        awarding.look()
        assert schedule.start_due() == 1
    span = boost.spans.get()
    assert span.from_at == late
    hours = [CUT + timedelta(hours=number) for number in (0, 1, 2, 3)]
    boost.refresh_from_db()
    counted = [spans.counts(hour, [span], ends_at=boost.ends_at) for hour in hours]
    assert counted == [False, False, True, True]


def test_what_waits_past_its_days_comes_back(
    round_: Round, ask: Callable[..., Boost], shop: Merchant, alice: User,
    client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    boost = ask(60_000)
    Round.objects.filter(pk=round_.pk).update(cut_at=CUT + 30 * DAY)
    with clock.at(NOON + 7 * DAY):
        awarding.look()
    assert state(boost)[0] == "returned"
    # Why is said in the language of who reads it, not of the clock.
    read = {}
    for language in ("en", "zh-hans"):
        User.objects.filter(pk=alice.pk).update(language=language)
        page = client_of(User.objects.get(pk=alice.pk)).get(boost.get_absolute_url())
        read[language] = page.content.decode()
    assert "The days of the boost passed before a round" in read["en"]
    assert "投放周期已结束" in read["zh-hans"]
    assert balance_of(ledger.wallet_of(shop)) == 500_000


def test_one_round_of_a_fund_collects_at_a_time_and_ends_later_than_now(
    round_: Round, fund: Fund, admin: User
) -> None:
    for cut_at, sentence in ((CUT, "collects already"), (NOON, "later than now")):
        with pytest.raises(Refusal, match=sentence) as refused:
            rounds.open_round(fund, cut_at=cut_at, by=admin)
        assert refused.value.field == "cut_at"
    Fund.objects.update(grants_by=FundWay.APPROVAL)
    with pytest.raises(Refusal, match="grants at approval"):
        rounds.open_round(fund, cut_at=CUT, by=admin)


def test_a_round_that_is_called_off_returns_every_request_with_its_sentence(
    round_: Round, ask: Callable[..., Boost], of_charlie: Callable[[int], Boost], fund: Fund,
    alice: User, admin: User, client_of: ClientOf, shop: Merchant,
) -> None:  # fmt: skip
    mine, other = ask(60_000), of_charlie(80_000)
    round_changes.call_off(round_, reason="The partner stops.", by=admin)
    assert state(mine)[0] == "approved", "each comes back by itself"
    for _again in range(2):
        awarding.look()
        assert state(mine) == ("returned", 150_000, 0)
        assert state(other) == ("returned", 150_000, 0)
    assert balance_of(fund.account) == 100_000
    assert balance_of(ledger.wallet_of(shop)) == 500_000
    assert verify().broken == []
    at_the_cut()
    round_.refresh_from_db()
    assert (round_.status, round_.inputs) == ("called_off", {})
    page = client_of(alice).get(mine.get_absolute_url()).content.decode()
    assert "you asked for ¥600.00; its round was called off" in page
    assert "This boost came back" in page
    told = alice.notices.values_list("text", flat=True)
    assert sum("came back" in text for text in told) == 1
    grants = client_of(alice).get(reverse("campaigns:award-list", args=[shop.code]))
    assert "its round was called off" in grants.content.decode()


def test_what_was_called_off_takes_no_part_in_the_next_round(
    round_: Round, ask: Callable[..., Boost], of_charlie: Callable[[int], Boost], fund: Fund,
    admin: User,
) -> None:  # fmt: skip
    """The next round is opened, and divided, before anybody has looked."""
    mine = ask(80_000)
    round_changes.call_off(round_, reason="The partner stops.", by=admin)
    again = rounds.open_round(fund, cut_at=CUT, by=admin)
    other = of_charlie(80_000)
    with clock.at(CUT):
        awarding.allocate(again.pk)
        awarding.look()
    assert state(mine) == ("returned", 150_000, 0)
    assert state(other) == ("scheduled", 150_000, 150_000)
    again.refresh_from_db()
    assert [award.boost for award in again.awards.all()] == [other]
    assert len(again.inputs["requests"]) == 1
    assert verify().broken == []


def test_what_was_called_off_comes_back_once_though_the_next_round_is_called_off_too(
    round_: Round, ask: Callable[..., Boost], fund: Fund, admin: User
) -> None:
    mine = ask(80_000)
    for again in (round_, None):
        next_ = again or rounds.open_round(fund, cut_at=CUT, by=admin)
        round_changes.call_off(next_, reason="The partner stops.", by=admin)
    awarding.look()
    assert state(mine) == ("returned", 150_000, 0)
    assert [award.cause for award in mine.awards.all()] == [Cause.CALLED_OFF]


def test_what_is_called_off_twice_late_or_by_nobody_stays_as_it_is(
    round_: Round, ask: Callable[..., Boost], admin: User, manager: User, fund: Fund
) -> None:
    ask(60_000)
    with pytest.raises(PermissionDenied):
        round_changes.call_off(round_, reason="Because.", by=manager)
    with pytest.raises(Refusal):
        round_changes.call_off(round_, reason=" ", by=admin)
    with clock.at(CUT), pytest.raises(Refusal, match="divided within minutes"):
        round_changes.call_off(round_, reason="Too late.", by=admin)
    at_the_cut()
    with pytest.raises(Refusal, match="stays as it is"):
        round_changes.call_off(round_, reason="Too late.", by=admin)
    assert balance_of(fund.account) == 40_000
    again = rounds.open_round(fund, cut_at=CUT + DAY, by=admin)
    round_changes.call_off(again, reason="Once.", by=admin)
    with pytest.raises(Refusal, match="stays as it is"):
        round_changes.call_off(again, reason="Twice.", by=admin)


def test_a_boost_that_stopped_before_it_came_back_lapses(
    round_: Round, ask: Callable[..., Boost], alice: User, admin: User
) -> None:
    boost = ask(60_000)
    round_changes.call_off(round_, reason="Because.", by=admin)
    boosts.stop(boost, by=alice, reason="")
    awarding.look()
    assert state(boost) == ("stopped", 150_000, 0)
    assert [award.cause for award in boost.awards.all()] == [Cause.GONE]


def test_a_moved_round_is_divided_at_its_new_moment_and_told_to_those_who_asked(
    round_: Round, ask: Callable[..., Boost], of_charlie: Callable[[int], Boost], alice: User,
    charlie: User, admin: User, a_boost: RequestBoost, fund: Fund,
) -> None:  # fmt: skip
    mine, other = ask(60_000), of_charlie(20_000)
    boosts.submit(
        a_boost(fund=fund, grant_fen=10_000, starts_on=TODAY + 3 * DAY, ends_on=TODAY + 5 * DAY),
        by=alice,
    )
    a_boost()
    round_changes.move(round_, cut_at=CUT + DAY / 2, by=admin)
    moved = [
        sum("was moved" in text for text in who.notices.values_list("text", flat=True))
        for who in (alice, charlie)
    ]
    assert moved == [2, 1], "one that waits and one in review; one that waits"
    at_the_cut()
    assert state(mine)[0] == "approved"
    with clock.at(CUT + DAY / 2):
        awarding.look()
    assert (state(mine)[0], state(other)[0]) == ("scheduled", "scheduled")


def test_a_round_moves_before_its_moment_alone_and_by_who_has_read_it(
    round_: Round, admin: User, second_admin: User, client_of: ClientOf
) -> None:
    url = reverse("campaigns:round-move", args=[round_.pk])
    client = client_of(admin)
    read = client.get(url).context["form"].initial["version"]
    round_changes.move(round_, cut_at=CUT + DAY, by=second_admin)
    stale = client.post(url, {"version": read, "cut_at": "2026-03-09 09:00"})
    assert stale.status_code == 409 or "changed since you opened it" in stale.content.decode()
    for wrong in (NOON - DAY, CUT + DAY):
        with pytest.raises(Refusal):
            round_changes.move(round_, cut_at=wrong, by=admin)
    with clock.at(CUT + DAY), pytest.raises(Refusal):
        round_changes.move(round_, cut_at=CUT + 2 * DAY, by=admin)
    round_.refresh_from_db()
    assert round_.cut_at == CUT + DAY


def test_admins_move_and_call_off_in_pages(round_: Round, admin: User, client_of: ClientOf) -> None:
    client = client_of(admin)

    def press(name: str, **data: str) -> Any:
        url = reverse(f"campaigns:{name}", args=[round_.pk])
        version = client.get(url).context["form"].initial["version"]
        return client.post(url, {"version": version, **data})

    assert press("round-move", cut_at="2026-03-08 09:00").status_code == 302
    assert press("round-call-off", reason="").status_code == 422
    assert press("round-call-off", reason="The partner stops.").status_code == 302
    page = client.get(reverse("campaigns:round-detail", args=[round_.pk])).content.decode()
    assert "Called off" in page
    assert "round-move" not in page
    assert "/move/" not in page


def test_an_award_that_is_not_what_its_line_draws_breaks_the_proof(
    round_: Round, ask: Callable[..., Boost], of_charlie: Callable[[int], Boost]
) -> None:
    ask(60_000), of_charlie(80_000)
    at_the_cut()
    rules = {"an_award_is_what_its_line_draws", "a_round_gives_what_there_was"}
    assert not rules & {row.rule for row in verify().broken}
    Award.objects.filter(asked_fen=60_000).update(awarded_fen=50_001)
    broken = {row.rule: row for row in verify().broken if row.rule in rules}
    assert broken.keys() == rules
    line = broken["an_award_is_what_its_line_draws"]
    assert (line.expected_fen, line.found_fen) == (50_001, 50_000)
