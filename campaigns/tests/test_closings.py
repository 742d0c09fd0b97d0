"""An opening that closes ends the boosts that led through it, each whole, whoever is killed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns import tasks
from campaigns.boosts import appealing, decisions, endings, funding, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus, EndCause
from campaigns.closings import finding
from campaigns.closings import verbs as closings
from campaigns.closings.models import Closing, ClosingBoost, ClosingMerchant, Fate
from campaigns.delivery import taking
from campaigns.delivery.models import AdServer
from campaigns.funds.models import Fund
from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Transfer
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import (
    CLOSED,
    NOON,
    TODAY,
    Close,
    NoteOutside,
    RequestBoost,
    balance_of,
)
from campaigns.tests.killed import dies_at
from campaigns.tests.test_taking import message, row
from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.listings.leading import Rules
from merchants.listings.models import Listing, ListingStatus
from merchants.marketplaces.placements import Placement
from merchants.notes.models import Note
from merchants.openings import verbs as openings
from merchants.openings.models import Opening, OpeningApplication, OpeningState
from merchants.rulechanges import verbs as rulechanges
from portal import clock
from portal.accounts.models import AuditEntry, Membership, Role, User
from portal.jobs import queue
from portal.jobs.models import Job, JobState
from portal.notices.models import Notice
from portal.refusals import Refusal
from portal.review import appeals
from tests.ruling import rewrite

HOUR = timedelta(hours=1)
WEEK = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=6)}


@pytest.fixture
def at_work(
    at_noon: None,
    ad_server: AdServer,
    approval: OpeningApplication,
    money: None,
    fund: Fund,
    shop: Merchant,
    manager: User,
) -> None:
    """It is noon; Alice may link outside, and has money."""
    rewrite(effective_at=NOON - timedelta(days=30))
    payments.record(shop, amount_fen=4_000_000, reference="bank-more", by=manager)


@pytest.fixture
def going(
    at_work: None, a_boost: RequestBoost, outside: NoteOutside, alice: User, manager: User
) -> Callable[..., Boost]:
    """`going(name)` is a boost of such a note that runs since midnight."""

    def made(name: str, note: Note | None = None, **plan: Any) -> Boost:
        with clock.at(NOON - timedelta(days=1)):
            asked = a_boost(note=note or outside(name), **{**WEEK, **plan})
            boost = boosts.submit(asked, by=alice)
            decisions.approve(boost, version=boost.version, by=manager)
        schedule.start_due()
        boost.refresh_from_db()
        return boost

    return made


Going = Callable[..., Boost]


def work() -> None:
    """The look, and all jobs that it asked for."""
    tasks.close_due()
    for job in Job.objects.open().filter(kind=tasks.CLOSE):
        done = queue.run_now(job)
        assert done.state == JobState.DONE, done.error


def state_of(boost: Boost) -> tuple[str, str]:
    boost.refresh_from_db()
    return boost.status, boost.end_cause


pytestmark = pytest.mark.django_db


def test_a_category_that_closes_ends_its_boosts_and_gives_back_in_reverse(
    going: Going, close: Close, fund: Fund, shop: Merchant, ad_server: AdServer
) -> None:
    boost = going("a", fund=fund, grant_fen=30_000)
    taking.take(
        boost, {1: row(boost, 0, 1, 35_000), 2: row(boost, 12, 1, 9_000)}, message(ad_server)
    )
    wallet = ledger.wallet_of(shop)
    before = balance_of(wallet), balance_of(fund.account)
    rule = close()
    with clock.at(NOON + HOUR):
        work()
        boost.refresh_from_db()
    assert (boost.status, boost.end_cause, boost.ended_at) == ("stopped", EndCause.CLOSING, NOON)
    # The hour that began as it closed counts no more; what the fund pays first stays spent.
    assert (boost.captured_fen, boost.refused_fen, boost.held_fen) == (35_000, 9_000, 35_000)
    assert (balance_of(wallet), balance_of(fund.account)) == (before[0] + 35_000, before[1])
    hit = ClosingBoost.objects.get()
    assert (hit.fate, hit.released_fen, hit.closing.opening) == (Fate.ENDED, 35_000, rule)
    assert verify().broken == []
    # What is told later is refused; nothing is taken from anybody.
    taking.take(boost, {1: row(boost, 1, 1, 500)}, message(ad_server))
    boost.refresh_from_db()
    assert (boost.captured_fen, boost.refused_fen) == (35_000, 9_500)


def test_each_boost_meets_its_own_end(
    going: Going,
    close: Close,
    a_boost: RequestBoost,
    outside: NoteOutside,
    alice: User,
    manager: User,
    shop: Merchant,
) -> None:
    later = {"starts_on": TODAY + timedelta(days=2), "ends_on": TODAY + timedelta(days=8)}
    wallet = ledger.wallet_of(shop)
    before_fen = balance_of(wallet)
    paused, scheduled = going("a"), going("b", **later)
    boosts.pause(paused, by=alice)
    waiting = boosts.submit(a_boost(note=outside("c"), **WEEK), by=alice)
    draft = a_boost(note=outside("d"), **WEEK)
    stopped = boosts.stop(going("e", **later), by=alice)
    close()
    work()
    assert state_of(paused) == state_of(scheduled) == ("stopped", "closing")
    assert state_of(waiting) == ("returned", "")
    assert state_of(draft) == ("draft", "")
    assert state_of(stopped) == ("stopped", "merchant")
    assert set(ClosingBoost.objects.values_list("boost", flat=True)) == {
        paused.pk, scheduled.pk, waiting.pk,
    }  # fmt: skip
    assert balance_of(wallet) == before_fen
    assert AuditEntry.objects.filter(verb="boost.returned", reason=CLOSED, actor=None).exists()
    assert verify().broken == []


def test_a_disputed_rejection_stays_one_and_is_not_disputed_again(
    at_work: None, close: Close, outside: NoteOutside, a_boost: RequestBoost, shop: Merchant,
    alice: User, manager: User,
) -> None:  # fmt: skip
    wallet = ledger.wallet_of(shop)
    before_fen = balance_of(wallet)
    boost = boosts.submit(a_boost(note=outside("a"), **WEEK), by=alice)
    other = boosts.submit(a_boost(note=outside("b"), **WEEK), by=alice)
    boost = decisions.reject(boost, version=boost.version, reason="No.", by=manager)
    appealing.appeal(boost, text="But.", by=alice)
    told = Notice.objects.filter(user=alice, text__contains="was rejected").count()
    close()
    work()
    assert state_of(boost) == ("rejected", "")
    assert not boost.is_editable
    assert state_of(other) == ("returned", "")
    fates = dict(ClosingBoost.objects.values_list("boost", "fate"))
    assert fates == {boost.pk: Fate.REJECTED, other.pk: Fate.RETURNED}
    [notice] = Notice.objects.filter(user=alice, text__contains="is closed.")
    assert "“Note a” (it stays rejected)" in str(notice)
    assert "“Note b”" in str(notice)
    assert balance_of(wallet) == before_fen
    assert Notice.objects.filter(user=alice, text__contains="was rejected").count() == told
    for no in (boost, other):
        assert not appealing.is_disputable(no, appeals.about(no))
        with pytest.raises(Refusal):
            appealing.appeal(no, text="But.", by=alice)
    assert verify().broken == []


def test_a_note_that_leads_elsewhere_too_goes_on(
    going: Going, close: Close, outside: NoteOutside, tmall_product: Product, alice: User
) -> None:
    inside, narrower, other = outside("in"), outside("narrow"), going("spot")
    product = Product.objects.get(store__merchant=inside.merchant, store__kind="in_app")
    Listing.objects.create(
        merchant=inside.merchant, note=inside, product=product, placement=Placement.PROFILE,
        code="in-app", status=ListingStatus.LIVE, has_ad_label=True, created_by=alice,
    )  # fmt: skip
    makeup = Product.objects.create(
        store=tmall_product.store, external_id="9", title="Lipstick", price_fen=100,
        category=Category.objects.get(code="beauty-makeup"),
    )  # fmt: skip
    narrower.listings.update(product=makeup)
    first, second = going("in", note=inside), going("narrow", note=narrower)
    close(category=makeup.category, state=OpeningState.OPEN)
    close(placement=Placement.PROFILE)
    work()
    assert not ClosingBoost.objects.exists(), "of this placement nothing was linked outside"
    close(kept=[makeup.category])
    work()
    assert state_of(first) == state_of(second) == ("running", "")
    assert state_of(other) == ("stopped", "closing")


def test_nothing_is_listed_before_its_second_nor_where_it_is_open_again(
    going: Going, close: Close
) -> None:
    boost = going("a")
    close(effective_at=NOON + HOUR)
    close(effective_at=NOON + 2 * HOUR, state=OpeningState.OPEN)
    work()
    assert not Closing.objects.exists()
    with clock.at(NOON + HOUR):
        assert [
            one.boost_id for one in ClosingBoost.objects.filter(closing__in=finding.find_due())
        ] == [boost.pk]
    assert state_of(boost) == ("running", "")


def test_a_look_that_slept_past_the_reopening_ends_nothing(going: Going, close: Close) -> None:
    boost = going("a")
    close(effective_at=NOON + HOUR)
    close(effective_at=NOON + 2 * HOUR, state=OpeningState.OPEN)
    with clock.at(NOON + 3 * HOUR):
        work()
    assert state_of(boost) == ("running", "")
    assert Closing.objects.get().finished_at is not None


def test_what_is_closed_cannot_be_asked_for_submitted_or_approved(
    at_work: None,
    close: Close,
    a_boost: RequestBoost,
    outside: NoteOutside,
    alice: User,
    manager: User,
) -> None:
    """Between the closing and the look, and after it."""
    note = outside("a")
    draft = a_boost(note=note, **WEEK)
    waiting = boosts.submit(a_boost(note=note, **WEEK), by=alice)
    close()
    steps: list[Callable[[], object]] = [
        lambda: a_boost(note=note, **WEEK),
        lambda: boosts.submit(draft, by=alice),
    ]
    for step in steps:
        with pytest.raises(Refusal, match="What this note links to is closed") as refused:
            step()
        assert refused.value.field == "note"
    with pytest.raises(Refusal, match="What the note links to is closed"):
        decisions.approve(waiting, version=waiting.version, by=manager)


def test_merchants_are_told_once_with_their_boosts_named(
    going: Going,
    close: Close,
    alice: User,
    bob: User,
    admin: User,
    client_of: Callable[[User], Client],
) -> None:
    first, second = going("a"), going("b")
    rule = close()
    work()
    work()
    told = [notice for notice in bob.notices.all() if "is closed. Your boosts" in notice.text]
    assert len(told) == 1
    said = str(told[0])
    assert "“Note a”, “Note b”" in said
    assert "¥1,400.00 went back" in said
    assert admin.notices.filter(text__contains="led nowhere else were ended").count() == 1
    page = client_of(alice).get(first.get_absolute_url()).content.decode()
    assert "The platform ended this boost" in page
    assert CLOSED in page
    assert "¥700.00 went back" in page
    page = client_of(admin).get(told_page(rule)).content.decode()
    assert "2 were listed at" in page
    assert "Ended by the platform: 2" in page
    assert "All were dealt with by" in page
    Closing.objects.update(finished_at=None)
    page = client_of(admin).get(told_page(rule)).content.decode()
    assert "The portal is still at them" in page
    assert "All were dealt with" not in page
    assert state_of(second) == ("stopped", "closing")


def test_nobody_of_the_team_is_told_of_each_boost_besides(
    going: Going,
    close: Close,
    a_boost: RequestBoost,
    outside: NoteOutside,
    shop: Merchant,
    alice: User,
    bob: User,
    fin: User,
) -> None:
    """The twin: a notice of each that was stopped, settled or returned."""
    Membership.objects.get_or_create(team=shop.team, user=fin, defaults={"role": Role.FINANCE})
    for number in range(29):
        going(f"n{number}")
    boosts.submit(a_boost(note=outside("waits"), **WEEK), by=alice)
    Notice.objects.all().delete()
    close()
    work()
    assert ClosingBoost.objects.hit().count() == 30
    for person in (alice, bob, fin):
        [notice] = person.notices.all()
        assert "“Note n0”" in str(notice)
        assert "and 10 more" in str(notice)


def test_what_a_round_sends_back_is_told(
    at_work: None, a_boost: RequestBoost, alice: User, bob: User
) -> None:
    """The portal itself returns it, too, but no closing tells of it."""
    boost = boosts.submit(a_boost(**WEEK), by=alice)
    Boost.objects.filter(pk=boost.pk).update(status=BoostStatus.APPROVED)
    boost.refresh_from_db()
    boost.move_to(BoostStatus.RETURNED, by=None, reason="Too little.")
    assert bob.notices.filter(text__contains="came back: see the reason").count() == 1


def test_a_rule_that_cannot_be_listed_holds_up_no_other(
    going: Going, close: Close, monkeypatch: pytest.MonkeyPatch
) -> None:
    boost = going("a")
    bad = close(placement=Placement.PROFILE)
    good = close(effective_at=NOON + HOUR)
    store: Callable[..., Any] = finding.concerned

    def fails(rule: Opening, rules: Rules, **said: Any) -> Any:
        if rule.pk == bad.pk:
            raise RuntimeError("A fault of this rule.")
        return store(rule, rules, **said)

    with monkeypatch.context() as broken, clock.at(NOON + HOUR):
        broken.setattr(finding, "concerned", fails)
        for _again in range(2):
            with pytest.raises(ExceptionGroup) as raised:
                tasks.close_due()
            assert raised.value.exceptions[0].__notes__ == [f"opening {bad.pk}"]
        assert Closing.objects.get().opening == good
        queue.run_now(Job.objects.get(kind=tasks.CLOSE))
    assert state_of(boost) == ("stopped", "closing")
    with clock.at(NOON + HOUR):
        work()
    assert Closing.objects.filter(finished_at=None).count() == 0
    assert Closing.objects.count() == 2


def told_page(rule: Opening) -> str:
    return reverse("merchants:rulechange-detail", args=[rule.change_id])


def test_one_that_fails_keeps_no_other_and_is_done_by_the_next_try(
    going: Going, close: Close, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = going("a"), going("b")
    close()
    end: Callable[..., Boost] = endings.end

    def fails(boost: Boost, **said: Any) -> Boost:
        if boost.pk == bad.pk:
            raise RuntimeError("A fault of this boost.")
        return end(boost, **said)

    monkeypatch.setattr(endings, "end", fails)
    tasks.close_due()
    job = queue.run_now(Job.objects.get(kind=tasks.CLOSE))
    assert job.state == JobState.QUEUED
    assert state_of(bad) == ("running", "")
    assert state_of(good) == ("stopped", "closing")
    assert not ClosingMerchant.objects.exclude(told_at=None).exists()
    monkeypatch.setattr(endings, "end", end)
    Job.objects.update(waits_until=None)
    work()
    assert state_of(bad) == ("stopped", "closing")
    assert ClosingMerchant.objects.get().told_at is not None


def test_a_rule_taken_back_spares_what_was_not_dealt_with(
    going: Going, close: Close, opening: Opening, admin: User, second_admin: User, bob: User
) -> None:
    boost = going("a")
    rule = close()
    tasks.close_due()
    change = openings.roll_back(rule.change, reason="Too early.", by=admin)
    rulechanges.sign(change, version=change.version, by=second_admin)
    Job.objects.update(waits_until=None)
    work()
    assert state_of(boost) == ("running", "")
    assert ClosingBoost.objects.get().fate == Fate.SPARED
    assert not bob.notices.filter(text__contains="closed").exists()
    assert verify().broken == []


def test_the_list_is_found_with_as_many_queries_for_many_as_for_one(
    going: Going, close: Close, django_assert_num_queries: Any
) -> None:
    for number in range(6):
        going(f"n{number}")
    rule = close()
    with django_assert_num_queries(7):
        assert len(finding.concerned(rule, Rules(), at=NOON)) == 6
    Boost.objects.filter(pk__gt=Boost.objects.earliest("pk").pk).update(status="rejected")
    with django_assert_num_queries(7):
        assert len(finding.concerned(rule, Rules(), at=NOON)) == 1


# Where a worker dies: the name of what it is about to do, and how often it has come there.
POINTS = [
    (endings, "end", 3),
    (funding, "settle", 5),
    (closings, "_deal_with", 8),
    (ClosingBoost, "save", 10),
    (closings, "_tell", 1),
]


def _dies_at(owner: Any, name: str, number: int, job: Job) -> None:
    """Do `job` in a process that is killed there; its slot is free again."""
    dies_at(owner, name, number, lambda: queue.run_now(job))
    Job.objects.update(lease_expires_at=datetime(2020, 1, 1, tzinfo=NOON.tzinfo))


@pytest.mark.django_db(transaction=True)
def test_thirty_boosts_end_whole_though_five_workers_are_killed_at_it(
    going: Going, close: Close, shop: Merchant, fund: Fund, bob: User
) -> None:
    wallet = ledger.wallet_of(shop)
    before = balance_of(wallet), balance_of(fund.account)
    made = [
        going(
            f"n{number}", fund=fund if number < 3 else None, grant_fen=30_000 if number < 3 else 0
        )
        for number in range(30)
    ]
    close()
    tasks.close_due()
    assert ClosingBoost.objects.open().count() == 30
    job = Job.objects.get(kind=tasks.CLOSE)
    for owner, name, number in POINTS:
        _dies_at(owner, name, number, job)
        ended = set(Boost.objects.filter(status=BoostStatus.STOPPED).values_list("pk", flat=True))
        assert ended == set(ClosingBoost.objects.hit().values_list("boost", flat=True))
        # Each is whole: ended with its money back, or as it was.
        assert not Boost.objects.filter(pk__in=ended, settled_at=None).exists()
        assert verify().broken == []
    tasks.close_due()
    job.refresh_from_db()
    assert queue.run_now(job).state == JobState.DONE
    assert {state_of(boost) for boost in made} == {("stopped", "closing")}
    assert (balance_of(wallet), balance_of(fund.account)) == before
    assert Transfer.objects.filter(reason="release").count() == 33
    assert len([n for n in bob.notices.all() if "is closed. Your boosts" in n.text]) == 1
    assert verify().broken == []
