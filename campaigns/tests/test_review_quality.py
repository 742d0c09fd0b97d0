"""How long answers take and how many fall: counted from the journal, and said of enough alone."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts import appealing, decisions
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.tests.conftest import RequestBoost
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import User
from portal.review import quality, sizes, speed
from portal.review.models import SIGNED, Appeal, Decision, Outcome
from portal.review.sizes import Size
from portal.review.speed import DAYS, HOUR, LEAST, Speed

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
PERIOD = "The period is longer than the note stays new"
ENOUGH = [*range(1, LEAST), 100]


@pytest.fixture
def waiting(money: None, a_boost: RequestBoost, alice: User) -> Boost:
    return boosts.submit(a_boost(), by=alice)


def answered(
    boost: Boost, by: User, hours: Sequence[float], *, ago: timedelta = HOUR, **named: object
) -> None:
    """The journal has an answer about `boost` for each of `hours` that it took."""
    at = clock.now() - ago
    fields = {"noun": "boost", "verdict": "approved", **named}
    Decision.objects.bulk_create(
        Decision(
            number=boost.pk, version=f"{number}", judged={}, by=by, at=at,
            asked_at=at - timedelta(hours=took), **fields,
        )
        for number, took in enumerate(hours)
    )  # fmt: skip


def disputed(boost: Boost, by: User, outcomes: Sequence[str]) -> None:
    now = clock.now()
    Appeal.objects.bulk_create(
        Appeal(
            noun="boost", number=boost.pk, verdict="rejected", text="No.", by=by, outcome=outcome,
            ended_at=now, asked_at=now - timedelta(seconds=number),
        )
        for number, outcome in enumerate(outcomes)
    )  # fmt: skip


def of_boosts() -> Speed:
    return speed.of(["boost"])["boost"]


def test_half_and_nine_of_ten_are_times_that_answers_took(waiting: Boost, manager: User) -> None:
    answered(waiting, manager, ENOUGH)
    assert of_boosts() == Speed(LEAST, 10 * HOUR, 18 * HOUR)
    assert "half came within 10 hours and nine of ten within 18 hours" in str(of_boosts())


def test_below_twenty_answers_nothing_is_measured(waiting: Boost, manager: User) -> None:
    answered(waiting, manager, ENOUGH[1:])
    assert of_boosts() == Speed(LEAST - 1)
    assert "not measured: 19 were given" in str(of_boosts())


def test_what_is_begun_counts_as_an_hour(waiting: Boost, manager: User) -> None:
    """“Within” promises: three hours and a minute are not within three."""
    assert speed.within(3 * HOUR + timedelta(minutes=1)) == "4 hours"
    assert speed.within(timedelta()) == "1 hour"


def test_old_answers_signatures_and_those_of_other_kinds_do_not_count(
    waiting: Boost, manager: User
) -> None:
    answered(waiting, manager, ENOUGH[:5])
    answered(waiting, manager, ENOUGH, ago=timedelta(days=DAYS, minutes=1))
    answered(waiting, manager, ENOUGH, verdict=SIGNED)
    answered(waiting, manager, ENOUGH, noun="store")
    assert of_boosts() == Speed(5)


def test_no_more_than_the_newest_are_read(
    waiting: Boost, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(waiting, manager, [50] * 30, ago=2 * HOUR)
    answered(waiting, manager, [1] * 30)
    monkeypatch.setattr(speed, "MOST", 30)
    assert of_boosts() == Speed(30, HOUR, HOUR)


def test_merchants_read_it_where_they_wait_and_where_they_submit(
    waiting: Boost, shop: Merchant, manager: User, alice: User, client_of: ClientOf
) -> None:
    answered(waiting, manager, ENOUGH)
    pages = [
        waiting.get_absolute_url(),
        reverse("campaigns:boost-new", args=[shop.code]),
        reverse("campaigns:boost-quick", args=[shop.code]),
    ]
    for page in pages:
        read = client_of(alice).get(page).content.decode()
        assert "nine of ten within 18 hours" in read, page
    queue = client_of(manager).get(reverse("review:review-list")).content.decode()
    assert "nine of ten within 18 hours" in queue


def test_the_page_of_a_decided_boost_promises_nothing(
    waiting: Boost, manager: User, alice: User, client_of: ClientOf
) -> None:
    answered(waiting, manager, ENOUGH)
    decisions.reject(waiting, version=waiting.version, reason="No.", by=manager)
    page = client_of(alice).get(waiting.get_absolute_url()).content.decode()
    assert "nine of ten" not in page


def row_of(size: Size | None) -> dict[str, object]:
    (row,) = (one for one in quality.by_size() if (one["noun"], one["size"]) == ("boost", size))
    return row


@pytest.mark.parametrize("size", Size)
def test_answers_stand_under_the_size_of_who_asked(
    waiting: Boost, manager: User, monkeypatch: pytest.MonkeyPatch, size: Size
) -> None:
    answered(waiting, manager, ENOUGH)
    known = {waiting.merchant.team_id: size} if size != Size.UNKNOWN else {}
    monkeypatch.setattr(sizes, "_tell", [(lambda teams: known, str)])
    assert row_of(size)["answers"] == row_of(None)["answers"] == LEAST
    assert row_of(size)["most"] == 18 * HOUR


def test_a_rate_is_of_decided_disputes_and_of_enough(waiting: Boost, alice: User) -> None:
    disputed(waiting, alice, [Outcome.OVERTURNED] * 4 + [Outcome.UPHELD] * 15)
    few = row_of(None)
    assert (few["disputed"], few["overturned"], few["overturn_rate"]) == (19, 4, None)
    Appeal.objects.all().delete()
    disputed(
        waiting, alice, [Outcome.OVERTURNED] * 5 + [Outcome.UPHELD] * 9 + [Outcome.CHANGED] * 6
    )
    disputed(Boost(pk=waiting.pk + 1), alice, [Outcome.WITHDRAWN] * 9)
    assert row_of(None)["overturn_rate"] == Fraction(1, 4)


def test_a_dispute_stands_under_the_reasons_of_what_was_disputed(
    waiting: Boost, manager: User, colleague: User, alice: User
) -> None:
    boost = decisions.reject(waiting, version=waiting.version, codes=["no_label"], by=manager)
    boost = appealing.appeal(boost, text="It is there.", by=alice)
    boost = decisions.send_back(boost, version=boost.version, codes=["too_long"], by=colleague)
    assert Appeal.objects.get().outcome == Outcome.CHANGED
    of_all = row_of(None)
    assert (of_all["disputed"], of_all["overturned"]) == (1, 0)
    rows = {str(row["reason"]): row for row in quality.by_reason()}
    label, period = (
        (row for row in rows if "label" in row),
        (row for row in rows if "period" in row),
    )
    assert [rows[one]["disputed"] for one in (*label, *period)] == [1, 0]
    assert all(row["given"] == 1 for row in rows.values())


def test_the_page_and_its_file_say_the_same(
    waiting: Boost, manager: User, client_of: ClientOf
) -> None:
    answered(waiting, manager, ENOUGH)
    url = reverse("review:review-quality")
    page = client_of(manager).get(url)
    assert ">18<" in page.content.decode()
    assert "not measured" in page.content.decode()
    assert "another no is none" in page.content.decode()
    assert "GMV of less than ¥100,000.00 in 30 days of which" in page.content.decode()
    told = client_of(manager).get(url, {"export": "csv"})
    text = b"".join(told.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.splitlines()[0].startswith("Kind,Asked by,Answers,Half within (hours)")
    assert "Boost,All,20,10.00,18.00,0,0,\r" in text.replace("\n", "")
    book = client_of(manager).get(url, {"export": "xlsx", "by": "reason"})
    assert book.headers["Content-Disposition"].endswith('review-reasons.xlsx"')


def test_the_page_says_where_it_counts_the_newest_alone(
    waiting: Boost, manager: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(waiting, manager, [1] * 21)
    client, url = client_of(manager), reverse("review:review-quality")
    monkeypatch.setattr(quality, "MOST", Decision.objects.answers().count())
    assert "There were more" not in client.get(url).content.decode()
    monkeypatch.setattr(quality, "MOST", 20)
    for page in (url, f"{url}?by=reason"):
        said = client.get(page).content.decode()
        assert "There were more: counted are the newest 20 answers" in said
