"""The fairness panel: who gets the money of funds, by size, and when admins are warned."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts import awarding, decisions
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.fairness import measuring, turning
from campaigns.fairness.measuring import Measured, measure
from campaigns.fairness.models import Parity
from campaigns.funds import rounds, sizes
from campaigns.funds.companies import company_of
from campaigns.funds.models import Fund, FundWay
from campaigns.tests.conftest import NOON, TODAY, RequestBoost
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import User
from portal.review.models import SIGNED, Decision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon", "money")]
ClientOf = Callable[[User], Client]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
URL = "campaigns:fairness-list"
FALLEN = "small companies are approved less often"


@pytest.fixture
def fund(fund: Fund) -> Fund:
    """¥1,000 for all, of which small is who sells less than ¥500 in 30 days."""
    Fund.objects.filter(pk=fund.pk).update(small_below_fen=50_000)
    fund.refresh_from_db()
    return fund


@pytest.fixture(autouse=True)
def _sold(at_noon: None, shop: Merchant, rival: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alice's shop sells ¥100, Charlie's ¥1,000."""
    monkeypatch.setattr(sizes, "_TELLERS", [lambda _asked: {shop.pk: 10_000, rival.pk: 100_000}])


@pytest.fixture
def answer(manager: User, fund: Fund) -> Callable[..., None]:
    """`answer(boost, yes=3, no=1)` writes answers to what `boost` asked the fund for, as the door
    does, the n-th an hour later than the one before."""

    def written(boost: Boost, *, yes: int = 0, no: int = 0, verdict: str = "") -> None:
        verdicts = [verdict] if verdict else ["approved"] * yes + ["returned"] * no
        Decision.objects.bulk_create(
            Decision(
                noun="boost", number=boost.pk, verdict=each, version=f"{number}", by=manager,
                judged={"lines": [["merchant_cash", None, 1], ["platform_grant", fund.code, 1]]},
                asked_at=NOON - number * HOUR, at=NOON,
            )
            for number, each in enumerate(verdicts, start=1)
        )  # fmt: skip

    return written


@pytest.fixture
def of_charlie(a_boost: RequestBoost, rival: Merchant) -> Boost:
    """A boost that is the rival's."""
    made = a_boost()
    Boost.objects.filter(pk=made.pk).update(merchant=rival)
    return made


def measured(fund: Fund) -> Measured:
    return next(one for one in measure(TODAY - DAY, TODAY) if one.fund == fund)


def test_rates_and_times_are_of_the_answers_to_each_size(
    fund: Fund, a_boost: RequestBoost, of_charlie: Boost, answer: Callable[..., None]
) -> None:
    boost = a_boost()
    answer(boost, yes=20, no=20)
    answer(of_charlie, yes=30, no=10)
    answer(boost, verdict=SIGNED)
    one = measured(fund)
    assert (one.small.approval, one.large.approval) == (Fraction(1, 2), Fraction(3, 4))
    assert one.all.approval == Fraction(50, 80)
    assert (one.small.answered, one.large.answered) == (40, 40), "a first signature answers nobody"
    assert (one.small.waited(50), one.small.waited(90)) == (20 * HOUR, 36 * HOUR)
    assert one.parity == Fraction(2, 3)
    together = measure(TODAY, TODAY)[0]
    assert together.fund is None
    assert together.parity == Fraction(2, 3)
    earlier = measure(TODAY - 9 * DAY, TODAY - DAY)[0]
    assert earlier.all.answered == 0


@pytest.mark.parametrize("short", ["small", "large"])
def test_too_few_answers_on_one_side_are_no_rate_and_warn_nobody(
    fund: Fund, a_boost: RequestBoost, of_charlie: Boost, answer: Callable[..., None], short: str,
    admin: User, client_of: ClientOf,
) -> None:  # fmt: skip
    few, many = (a_boost(), of_charlie) if short == "small" else (of_charlie, a_boost())
    answer(few, no=measuring.ENOUGH - 1)
    answer(many, yes=measuring.ENOUGH)
    assert measured(fund).parity is None
    turning.look()
    assert not Parity.objects.exists()
    page = client_of(admin).get(reverse(URL)).content.decode()
    assert "not measured" in page
    assert "Below 0.8: small" not in page


def fall(answer: Callable[..., None], small: Boost, large: Boost) -> None:
    """79 of 100 small ones are approved for each of the large."""
    answer(small, yes=79, no=21)
    answer(large, yes=100)


def test_admins_are_warned_once_a_turn_and_the_page_says_so(
    fund: Fund, a_boost: RequestBoost, of_charlie: Boost, answer: Callable[..., None],
    admin: User, client_of: ClientOf,
) -> None:  # fmt: skip
    boost = a_boost()
    fall(answer, boost, of_charlie)

    def told() -> int:
        return sum(FALLEN in text for text in admin.notices.values_list("text", flat=True))

    for _again in range(3):
        turning.look()
        assert told() == 2, "the fund, and all together"
    page = client_of(admin).get(reverse(URL)).content.decode()
    assert "Small: 79 of 100 approved; large: 100 of 100." in page
    assert "Below 0.8: small companies are approved less often" in page
    answer(boost, yes=5)
    turning.look()
    assert told() == 2
    assert "alert-warning" not in client_of(admin).get(reverse(URL)).content.decode()
    answer(boost, no=20)
    turning.look()
    assert told() == 4, "it fell again"


def test_at_four_fifths_nobody_is_warned(
    fund: Fund, a_boost: RequestBoost, of_charlie: Boost, answer: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    answer(a_boost(), yes=80, no=20)
    answer(of_charlie, yes=100)
    turning.look()
    assert not Parity.objects.exists()
    monkeypatch.setattr(measuring, "FOUR_FIFTHS", Fraction(81, 100))
    turning.look()
    assert Parity.objects.filter(is_below=True).count() == 2


def test_money_goes_by_what_the_fund_set_aside(
    fund: Fund, a_boost: RequestBoost, alice: User, manager: User
) -> None:
    boost = boosts.submit(a_boost(fund=fund, grant_fen=30_000), by=alice)
    decisions.approve(boost, version=boost.version, by=manager)
    one = measured(fund)
    assert (one.small.drawn_fen, one.large.drawn_fen) == (30_000, 0)
    assert one.share(one.small) == 1
    assert one.all.gini == 0
    assert (one.all.answered, one.all.in_rounds) == (1, 0)
    assert one.all.in_full is None


def test_rounds_say_who_got_all_and_keep_the_size_of_then(
    fund: Fund, a_boost: RequestBoost, alice: User, manager: User, admin: User, shop: Merchant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    Fund.objects.filter(pk=fund.pk).update(grants_by=FundWay.ROUNDS)
    rounds.open_round(fund, cut_at=NOON + HOUR, by=admin)
    days = {"starts_on": TODAY + DAY, "ends_on": TODAY + DAY}
    boost = boosts.submit(a_boost(fund=fund, grant_fen=60_000, **days), by=alice)
    decisions.approve(boost, version=boost.version, by=manager)
    with clock.at(NOON + HOUR):
        awarding.look()
    monkeypatch.setattr(sizes, "_TELLERS", [lambda _asked: {shop.pk: 10**9}])
    one = measured(fund)
    assert [asker.company for asker in one.small.askers] == [company_of(shop)]
    assert one.small.in_full == 1
    assert (one.small.in_rounds, one.small.drawn_fen) == (1, 60_000)
    awards = boost.awards.all()
    awards.update(asked_fen=70_000)
    assert measured(fund).small.in_full == 0
    awards.update(status="waiting")
    assert measured(fund).small.in_full is None, "it is still being carried out"


def test_the_panel_is_a_file_too_and_days_that_are_none_show_nothing(
    fund: Fund, a_boost: RequestBoost, of_charlie: Boost, answer: Callable[..., None],
    admin: User, client_of: ClientOf,
) -> None:  # fmt: skip
    fall(answer, a_boost(), of_charlie)
    client = client_of(admin)
    asked = f"{reverse(URL)}?first_on=2026-03-01&last_on=2026-03-02"
    answered = client.get(f"{asked}&export=csv")
    text = b"".join(answered.streaming_content).decode()  # type: ignore[attr-defined]
    # Numbers, as a sheet counts with them; what is not measured is empty.
    assert "Spring fund,Small,1,0,,,0,,100,0.7900,50.00,90.00,," in text
    assert "Spring fund,All,2,0,,,0,,200,0.8950," in text
    assert "0.7900,Below 0.8: small" in text
    assert "not measured" not in text
    assert text.count("Below 0.8: small") == 2
    assert "fairness-2026-03-01-2026-03-02.csv" in answered["Content-Disposition"]
    for wrong in ("first_on=soon", "first_on=2026-03-02&last_on=2026-03-01",
                  "first_on=2020-01-01&last_on=2026-03-01"):  # fmt: skip
        page = client.get(f"{reverse(URL)}?{wrong}")
        assert len(page.context["table"].rows) == 0
