"""Days of samples through the whole run: facts by groups of users, and what they stand for."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Count, Sum

from merchants.catalogue.models import Category
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.answers.sampled_days import Sampling
from reports.attribution import drafts
from reports.attribution.models import (
    ConversionFact,
    CreditFact,
    CreditSum,
    ReportDay,
    TouchFact,
    TouchSum,
)
from reports.attribution.restatements import Restatement
from reports.attribution.ruled import ruled
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, attribute, credited, order, touch
from reports.events.queries import Queries
from reports.metrics import registry as metrics
from reports.sources import sampling
from reports.sources.models import Source
from reports.sources.regimes import Regime

pytestmark = pytest.mark.django_db

HALF = Decimal("0.5")
FACTS = (CreditFact, CreditSum, ConversionFact, TouchFact, TouchSum)


@pytest.fixture
def many(live_listing: Listing, take: Take) -> Listing:
    """Forty readers, each with two touches of two days, an order and a cart."""
    live_listing.periods.update(live_from=clock.now() - timedelta(days=100))
    people = [f"u{number}" for number in range(40)]
    take(
        "community",
        *(
            touch(f"{user}-{ago}", live_listing, days_ago=ago, user_id=user)
            for user in people
            for ago in (0, 5)
        ),
    )
    take(
        "taobao_tmall",
        *(
            order(f"{kind}-{user}", live_listing, user_id=user, kind=kind, value_fen=fen)
            for user in people
            for kind, fen in (("order", 700), ("cart", None))
        ),
    )
    return live_listing


def agree(by: User, source: str = "taobao_tmall", **of: Any) -> Regime:
    given = {"category": None, "valid_from": LAST, "valid_to": LAST, "ratio": HALF, **of}
    return sampling.open_regime(Source.objects.get(code=source), **given, by=by)


def shown() -> dict[date, str]:
    return dict(ReportDay.objects.current().values_list("on", "content"))


def of(facts: Any, **only: Any) -> Any:
    """The current facts of the last day."""
    current = ReportDay.objects.current().filter(on=LAST).values("pk")
    return facts.objects.filter(report_day_id__in=current, on=LAST, **only)


def test_facts_of_a_sampled_day_stand_apart_by_users_and_add_up_to_the_same(
    many: Listing, admin: User
) -> None:
    attribute()
    whole, before = credited(on=LAST), shown()
    assert not any(facts.objects.exclude(user_group=None).exists() for facts in FACTS)
    orders = of(ConversionFact, kind="order", window_days=15).aggregate(
        n=Sum("conversions"), fen=Sum("value_fen"), numbers=Sum("numbers")
    )
    agree(admin)
    attribute()
    assert credited(on=LAST) == whole
    again = of(ConversionFact, kind="order", window_days=15)
    assert again.aggregate(n=Sum("conversions"), fen=Sum("value_fen"), numbers=Sum("numbers")) == (
        orders
    )
    for facts in (CreditFact, CreditSum, ConversionFact):
        assert set(of(facts).values_list("sampling_ratio", flat=True)) == {HALF}
        groups = of(facts).aggregate(n=Count("user_group", distinct=True))["n"]
        assert groups > 15
    # What the community sends is whole.
    assert not any(of(facts).exclude(user_group=None).exists() for facts in (TouchFact, TouchSum))
    sampling.change(
        Regime.objects.get(), valid_from=LAST, valid_to=LAST, ratio=Decimal(1), by=admin
    )
    attribute()
    assert shown() == before
    assert not any(of(facts).exclude(user_group=None).exists() for facts in FACTS)


def test_a_sampled_community_makes_samples_of_reads_and_of_what_they_earn(
    many: Listing, admin: User
) -> None:
    """What the marketplace sends is whole, and so are all of its orders."""
    five_ago = LAST - timedelta(days=5)
    agree(admin, "community", valid_from=five_ago, valid_to=five_ago)
    attribute(five_ago, LAST)
    earned = {
        (touched, ratio)
        for touched, ratio in of(CreditFact).values_list("touched_on", "sampling_ratio")
    }
    assert (five_ago, HALF) in earned
    assert all((ratio == HALF) == (touched == five_ago) for touched, ratio in earned)
    reads = TouchFact.objects.filter(on=five_ago)
    assert reads.aggregate(n=Sum("touchpoints"))["n"] == 40
    assert set(reads.values_list("sampling_ratio", flat=True)) == {HALF}
    assert not of(TouchFact).exclude(user_group=None).exists()
    assert not of(ConversionFact).exclude(user_group=None).exists()


def test_a_pilot_category_that_is_whole_stays_whole(many: Listing, admin: User) -> None:
    agree(admin)
    pilot = many.product.category.parent or many.product.category
    agree(admin, category=pilot, ratio=Decimal(1))
    attribute()
    assert not any(of(facts).exclude(user_group=None).exists() for facts in FACTS)
    sampling.close(
        agree(admin, category=Category.objects.create(code="x"), valid_to=None),
        valid_to=LAST,
        by=admin,
    )
    many.product.category = Category.objects.get(code="x")
    many.product.save()
    attribute()
    assert of(CreditFact).exclude(user_group=None).exists()


def test_a_restated_headline_says_what_a_sample_stands_for_and_why(
    many: Listing, admin: User
) -> None:
    attribute()
    agree(admin)
    attribute()
    (told,) = Restatement.objects.all()
    assert (told.on, told.reason) == (LAST, "Sampling agreed")
    assert told.old["orders"] == 40
    assert told.new["orders"] == 80
    assert told.new["credited_fen"] == 2 * told.old["credited_fen"] > 0
    assert told.new["touches"] == told.old["touches"]


def test_what_is_agreed_of_other_days_is_not_looked_for(
    many: Listing, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    step = Queries.step

    def looking(queries: Queries, connection: Any, name: str, **params: Any) -> None:
        looked.append(name)
        step(queries, connection, name, **params)

    monkeypatch.setattr(Queries, "step", looking)
    days: dict[str, Any] = {"valid_from": LAST + timedelta(days=2), "valid_to": None}
    agree(admin, **days)
    agree(admin, "community", **days)
    attribute()
    assert "pairs" in looked
    assert not [name for name in looked if "samples" in name]


def said_of_nothing() -> tuple[Any, dict[str, list[str]]]:
    """What is said of the orders of the last day, and of which samples it is one."""
    report_day = ReportDay.objects.current().get(on=LAST)
    return metrics.ORDERS.estimate(Sampling([report_day]).sums()), report_day.samples


def test_a_day_whose_sample_holds_nothing_is_one_of_a_sample(
    live_listing: Listing, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0 orders of half of the users are not 0 orders; without what rules they would be."""
    attribute()
    assert said_of_nothing() == (None, {})
    whole = shown()
    regime = agree(admin)
    with monkeypatch.context() as patched:
        patched.setattr(drafts, "ruled", lambda pairs: {})
        attribute()
        assert (said_of_nothing(), shown()) == ((None, {}), whole)
    ReportDay.objects.update(stale_at=clock.now())
    attribute()
    found, samples = said_of_nothing()
    assert (found.value, found.low, found.high, found.ratios) == (0, None, None, (HALF,))
    assert samples == {"credit": ["0.5"], "conversion": ["0.5"]}
    # Of another day nothing rules, nor of what is sold where its category has all users.
    pair = (live_listing.merchant_id, LAST)
    assert set(ruled([pair, (pair[0], LAST - timedelta(days=1))])) == {pair}
    assert regime.category is None
    agree(admin, category=live_listing.product.category, ratio=Decimal(1))
    assert ruled([pair]) == {}
    agree(admin, source="community")
    assert ruled([pair]) == {pair: {"touch": {HALF}, "credit": {HALF}}}
