"""A boost is decided from its page alone: what it shows, and what of it is of the moment."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.boosts import decisions, forecast, results
from campaigns.boosts import verbs as boosts
from campaigns.boosts.forecast import Brought, Past
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.boosts.results import Result
from campaigns.funds import rounds
from campaigns.funds.models import Fund, FundWay
from campaigns.ledger import proof
from campaigns.ledger.models import Transfer
from campaigns.reconciling import places
from campaigns.reconciling.models import Discrepancy
from campaigns.tests.conftest import RequestBoost
from merchants.listings.models import Listing
from merchants.notes import covers
from merchants.notes import verbs as notes
from portal import clock
from portal.accounts.models import User
from portal.refusals import Refusal
from tests.papers import picture

pytestmark = pytest.mark.django_db
Read = Callable[[], str]
GRANT = {"grant_fen": 30_000}


@pytest.fixture
def waiting(money: None, fund: Fund, a_boost: RequestBoost, alice: User) -> Boost:
    return boosts.submit(a_boost(fund=fund, **GRANT), by=alice)


@pytest.fixture
def read(waiting: Boost, manager: User, client_of: Callable[[User], Client]) -> Read:
    """The page of the decision, in words."""
    url = reverse("review:review-detail", args=["boost", waiting.pk])
    client = client_of(manager)

    def page() -> str:
        return " ".join(client.get(url).content.decode().split())

    return page


def ended(a_boost: RequestBoost, **fields: Any) -> Boost:
    boost = a_boost()
    over = {"ended_at": clock.now(), "settled_at": clock.now()}
    Boost.objects.filter(pk=boost.pk).update(
        status=BoostStatus.COMPLETED, held_fen=50_000, captured_fen=12_345, **over, **fields
    )
    return boost


def test_it_shows_product_price_label_and_rules(read: Read, waiting: Boost) -> None:
    listing = waiting.live_listings()[0]
    page = read()
    assert listing.product.title in page
    assert "Meets all" in page
    waiting.live_listings().update(has_ad_label=False)
    page = read()
    assert "the merchant has not set it" in page
    assert "The merchant says that the note carries the ad label" in page
    assert "Meets all" not in page


def test_it_says_what_the_fund_has_before_and_after(read: Read) -> None:
    assert "It has ¥1,000.00; ¥700.00 are left after an approval." in read()


def test_it_says_what_the_fund_lacks(
    read: Read, fund: Fund, a_boost: RequestBoost, alice: User, manager: User
) -> None:
    """Of the moment, and no part of the version: it moves while somebody reads."""
    other = boosts.submit(a_boost(fund=fund, budget_fen=100_000, grant_fen=80_000), by=alice)
    decisions.approve(other, version=other.version, by=manager)
    assert "It has ¥200.00 and lacks ¥100.00: it cannot be approved now." in read()


@pytest.mark.parametrize(
    "terms", [{"merchant_cap_fen": 29_999}, {"own_cash_percent": 60}], ids=["a cap", "new terms"]
)
@pytest.mark.parametrize("way", [FundWay.APPROVAL, FundWay.ROUNDS])
def test_it_says_why_the_terms_of_the_fund_refuse_an_approval(
    read: Read, waiting: Boost, fund: Fund, manager: User, terms: dict[str, int], way: FundWay
) -> None:
    Fund.objects.filter(pk=fund.pk).update(grants_by=way, **terms)
    page = read()
    with pytest.raises(Refusal) as refused:
        decisions.approve(waiting, version=waiting.version, by=manager)
    why = str(refused.value).removesuffix(" Send the boost back for correction.")
    assert f"{why} It cannot be approved now." in page
    assert "after an approval" not in page
    assert "an approval takes nothing now" not in page


def test_the_effect_on_the_fund_is_no_part_of_the_version(
    waiting: Boost, fund: Fund, a_boost: RequestBoost, alice: User, manager: User
) -> None:
    version = waiting.version
    other = boosts.submit(a_boost(fund=fund, grant_fen=10_000), by=alice)
    decisions.approve(other, version=other.version, by=manager)
    approved = decisions.approve(waiting, version=version, by=manager)
    assert approved.status == BoostStatus.SCHEDULED


def test_a_fund_in_rounds_gives_nothing_by_an_approval(
    read: Read, waiting: Boost, fund: Fund, admin: User
) -> None:
    Fund.objects.filter(pk=fund.pk).update(grants_by=FundWay.ROUNDS)
    fund.refresh_from_db()
    assert "none is open now. It cannot be approved now." in read()
    cut_at = clock.now() + timedelta(hours=1)
    rounds.open_round(fund, cut_at=cut_at, by=admin)
    Boost.objects.filter(pk=waiting.pk).update(starts_on=clock.day_of(cut_at))
    assert "grants in rounds: an approval takes nothing now" in read()


def test_it_says_what_to_expect_as_an_interval_or_that_it_is_not_known(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "_tell", [lambda merchant: Past()])
    assert "Not known: too few boosts have ended" in read()
    own = [Brought(60_000, reads) for reads in (900, 1_000, 1_100, 1_000, 950)]
    monkeypatch.setattr(forecast, "_tell", [lambda merchant: Past(own)])
    page = read()
    assert "For ¥700.00, 1,0" in page
    assert "By 5 boosts of this merchant." in page
    few = [Brought(10_000, one.reads) for one in own]
    monkeypatch.setattr(forecast, "_tell", [lambda merchant: Past(few)])
    assert "Not known: the budget is more than was ever spent." in read()


def test_it_says_what_boosts_before_cost_and_brought(
    read: Read, a_boost: RequestBoost, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No boost of this merchant has ended and cost something yet" in read()
    boost = ended(a_boost)
    monkeypatch.setattr(results, "_tell", [lambda boosts: {}])
    page = read()
    assert "¥123.45" in page
    assert "What it brought is not measured" in page
    told = {boost.pk: Result(Decimal("2.5"), 19_900)}
    monkeypatch.setattr(results, "_tell", [lambda boosts: told])
    assert "2.50 credited orders, ¥199.00 credited GMV" in read()


def test_it_says_what_was_decided_about_the_note_and_the_merchant(
    read: Read, a_boost: RequestBoost, alice: User, colleague: User
) -> None:
    assert "0 approved, 0 returned, 0 rejected" in read()
    other = boosts.submit(a_boost(), by=alice)
    decisions.send_back(other, version=other.version, reason="Too dull.", by=colleague)
    page = read()
    assert "Other boosts of this note" in page
    assert "Too dull." in page
    assert "0 approved, 1 returned, 0 rejected" in page


def test_it_says_how_many_places_of_the_books_do_not_agree(
    read: Read, waiting: Boost, fund: Fund
) -> None:
    def found(subject: str, **fields: Any) -> None:
        number = Discrepancy.objects.count()
        Discrepancy.objects.create(
            rule=f"rule {number}", subject=subject, expected_fen=1, found_fen=2,
            first_at=clock.now(), last_at=clock.now(), **fields,
        )  # fmt: skip

    before = "Places of its books that do not agree"
    found("boost:999999")
    found("server:odd")
    found(f"boost:{waiting.pk}", gone_at=clock.now())
    assert f'{before}</dt><dd class="col-7 col-sm-8">0<' in read()
    found(f"boost:{waiting.pk}")
    found(f"account:{waiting.merchant.wallet.pk}")
    assert f'{before}</dt><dd class="col-7 col-sm-8 text-danger">2<' in read()
    # What else is the merchant's, and a part of it.
    transfer = Transfer.objects.filter(source=waiting.merchant.wallet).latest("pk")
    line = waiting.funding_lines.filter(account__isnull=False).earliest("pk")
    found(f"merchant:{waiting.merchant_id}")
    found(f"transfer:{transfer.pk}")
    found(f"line:{line.pk}")
    found(f"account:{line.account_id}")
    found(f"boost:{waiting.pk} hour:2026-03-02 12:00:00+08")
    # What is not.
    found(f"merchant:{waiting.merchant_id + 1}")
    found(f"fund:{fund.pk}:{waiting.merchant_id}")
    assert f'{before}</dt><dd class="col-7 col-sm-8 text-danger">7<' in read()


def test_each_noun_that_a_proof_names_says_whose_it_is() -> None:
    named = re.compile(r"'([a-z]+):'")
    told = {noun for sql in proof._promises for noun in named.findall(sql.read_text("utf-8"))}
    assert told == places.OWNERS.keys()
    assert {"boost", "account", "fund"} < told


def test_many_rows_take_no_more_questions_than_one(
    read: Read, a_boost: RequestBoost, alice: User, manager: User, waiting: Boost
) -> None:
    def more() -> None:
        ended(a_boost)
        other = boosts.submit(a_boost(), by=alice)
        decisions.reject(other, version=other.version, reason="No.", by=manager)

    asked = []
    for times in (1, 5):
        for _number in range(times):
            more()
        with CaptureQueriesContext(connection) as queries:
            read()
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert Listing.objects.filter(note=waiting.note).count() < 5


def test_the_note_is_judged_with_its_text_and_its_cover(
    read: Read, waiting: Boost, manager: User
) -> None:
    assert "The community has not sent its text." in read()
    judged = waiting.version
    for said in (
        {"text": "七天实测"},
        {"cover": covers.take_in(ContentFile(picture("PNG")))},
        {"text": ""},
        {"cover": covers.NONE},
    ):
        mirrored(waiting, **said)
        waiting = Boost.objects.get(pk=waiting.pk)
        assert waiting.version != judged
        with pytest.raises(Refusal):
            decisions.approve(waiting, version=judged, by=manager)
        judged = waiting.version
        shown, note = read(), waiting.note
        cover = reverse("merchants:note-cover", args=[waiting.merchant.code, note.pk])
        assert ("七天实测" in shown, cover in shown) == (bool(note.text), bool(note.cover))
    mirrored(waiting)
    assert Boost.objects.get(pk=waiting.pk).version == judged
    decisions.approve(waiting, version=judged, by=manager)


def mirrored(boost: Boost, **said: Any) -> None:
    note = boost.note
    notes.mirror(
        boost.merchant,
        external_id=note.external_id,
        title=note.title,
        author_name=note.author_name,
        kind=note.kind,
        published_at=note.published_at,
        **said,
    )
