"""Facts: what a report day says of boosts, listings, refunds and sources."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.db import IntegrityError

from merchants.catalogue.models import Product
from merchants.listings.models import Listing, ListingPeriod
from merchants.marketplaces.placements import Placement
from portal import clock
from reports.attribution.choices import WINDOWS, Model
from reports.attribution.models import ConversionFact, CreditFact, ReportDay, TouchFact
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.in_facts import boost, live, sums
from reports.attribution.tests.steps import LAST, attribute, credited, noon, order, touch
from reports.events.contract import MAX_VALUE_FEN
from reports.sources.models import Source
from reports.tests import factory
from reports.tests.factory import publish

pytestmark = pytest.mark.django_db
__all__ = ["live"]


@pytest.fixture
def second(live: Listing, in_app_product: Product) -> Listing:
    """Another product on the same note."""
    listing = Listing.objects.create(
        merchant=live.merchant, note=live.note, product=in_app_product, code="second",
        placement=Placement.COMMENT_PINNED, status="live", created_by=live.created_by,
    )  # fmt: skip
    ListingPeriod.objects.create(listing=listing, live_from=clock.now() - timedelta(days=100))
    return listing


def test_clicks_that_are_kept_beside_are_counted_and_earn_nothing(
    live: Listing, take: Take
) -> None:
    take(
        "links",
        touch("machine", live, days_ago=3, kind="machine_click"),
        touch("repeated", live, days_ago=2, kind="repeated_click"),
    )
    take(
        "taobao_tmall",
        order("c1", live, value_fen=100),
        order("c2", live, value_fen=100, user_id="", click_id="repeated"),
    )
    attribute(LAST - timedelta(days=3))
    assert not CreditFact.objects.exists()
    assert set(ConversionFact.objects.values_list("level", flat=True)) == {""}
    counted = set(TouchFact.objects.values_list("kind", "touchpoints"))
    assert counted == {("machine_click", 1), ("repeated_click", 1)}


def test_every_model_and_window_sums_exactly_to_the_matched_conversions(
    live: Listing, take: Take
) -> None:
    take("community", *(touch(f"t{k}", live, days_ago=k) for k in (1, 5, 10, 20, 30)))
    take("community", touch("late", live, days_ago=20, user_id="u2", kind="click"))
    take(
        "taobao_tmall",
        order("c1", live, value_fen=101),
        order("c2", live, value_fen=None),
        order("c3", live, kind="cart", value_fen=None),
        order("c4", live, user_id="u2", value_fen=10**9 - 1),
        order("c5", live, user_id="stranger", value_fen=7),
        order("r1", live, kind="refund", refund_of="c1", value_fen=30),
        order("r2", live, kind="refund", refund_of="c5", value_fen=7),
    )
    attribute()
    for window_days in WINDOWS:
        shown = ConversionFact.objects.filter(window_days=window_days)
        assert sums(shown, "conversions") == {
            "cart": [1, None],
            "order": [4, 101 + 10**9 - 1 + 7],
            "refund": [2, -37],
        }
        matched = sums(shown.exclude(level=""), "conversions")
        assert matched["order"][0] == (3 if window_days >= 20 else 2)
        for model in Model.values:
            credit = CreditFact.objects.filter(window_days=window_days)
            assert sums(credit, f"{model}_micro", f"{model}_fen") == {
                kind: [1_000_000 * count, value] for kind, (count, value) in matched.items()
            }


def test_a_hundred_fen_over_three_boosts_is_33_33_34(live: Listing, take: Take) -> None:
    boosts = [boost(live, f"b{k}") for k in range(3)]
    take(
        "community",
        *(touch(f"t{k}", live, days_ago=3 - k, boost_id=f"b{k}") for k in range(3)),
    )
    take("taobao_tmall", order("c1", live))
    attribute()
    credit = CreditFact.objects.filter(window_days=15)
    values = dict(credit.values_list("boost_id", "linear_fen"))
    assert [values[one.pk] for one in boosts] == [33, 33, 34]


def test_credit_and_touches_name_the_boost_that_brought_them(live: Listing, take: Take) -> None:
    brought = boost(live, "b1")
    take(
        "community",
        touch("t1", live, days_ago=2, boost_id="b1"),
        touch("t2", live, days_ago=1, boost_id="nobody's"),
    )
    take("taobao_tmall", order("c1", live))
    attribute(LAST - timedelta(days=2), LAST)
    credit = CreditFact.objects.filter(window_days=15)
    assert set(credit.values_list("boost_id", "linear_fen")) == {
        (brought.pk, Decimal(50)),
        (None, Decimal(50)),
    }
    assert set(TouchFact.objects.values_list("boost_id", "touchpoints")) == {
        (brought.pk, 1),
        (None, 1),
    }


def test_a_touchpoint_on_a_note_with_two_listings_counts_once(
    live: Listing, second: Listing, take: Take
) -> None:
    take(
        "community",
        touch("t1", live, days_ago=2),
        touch("t2", live, days_ago=1, kind="click", listing_id=str(second.pk)),
    )
    take("taobao_tmall", order("c1", live))
    attribute(LAST - timedelta(days=2), LAST)
    both = sorted([live.pk, second.pk])
    touched = TouchFact.objects.values_list("kind", "listing_ids", "touchpoints")
    assert sorted(touched) == [("click", [second.pk], 1), ("view", both, 1)]
    credit = CreditFact.objects.filter(window_days=15)
    assert set(credit.values_list("listing_id", flat=True)) == {live.pk}
    assert credited(window_days=15)["value"] == 100


def test_two_sources_may_give_the_same_id(live: Listing, take: Take) -> None:
    """The conversion names the click among them, and has no user but the click's."""
    take("community", touch("same", live, days_ago=1, user_id="somebody"))
    take("links", touch("same", live, days_ago=2, kind="click"))
    take("taobao_tmall", order("c1", live, user_id=None, click_id="same"))
    attribute(LAST - timedelta(days=2), LAST)
    credit = CreditFact.objects.filter(window_days=15).get()
    assert (credit.level, credit.linear_micro, credit.linear_fen) == (
        "click_id",
        1_000_000,
        Decimal(100),
    )
    assert set(TouchFact.objects.values_list("kind", "touchpoints")) == {("view", 1), ("click", 1)}


def test_a_late_touchpoint_makes_the_days_it_can_earn_on_stale(live: Listing, take: Take) -> None:
    """And those of refunds of orders of these days; a refund of today is not forgotten."""
    take("taobao_tmall", order("c1", live, occurred_at=noon(20)))
    take("taobao_tmall", order("r1", live, kind="refund", refund_of="c1", value_fen=1))
    publish(live.merchant, *(LAST - timedelta(days=k) for k in range(50)))
    take("community", touch("t1", live, days_ago=45))
    assert stale() == {LAST - timedelta(days=k) for k in range(15, 46)} | {LAST}


def test_an_order_corrected_to_another_day_makes_both_stale(live: Listing, take: Take) -> None:
    take("taobao_tmall", order("c1", live, occurred_at=noon(20)))
    publish(live.merchant, *(LAST - timedelta(days=k) for k in range(30)))
    take("taobao_tmall", order("c1", live, occurred_at=noon(10)))
    assert stale() == {LAST - timedelta(days=20), LAST - timedelta(days=10)}


def stale() -> set[date]:
    return set(ReportDay.objects.current().exclude(stale_at=None).values_list("on", flat=True))


def test_a_sum_that_leaves_64_bits_is_exact(live: Listing, take: Take) -> None:
    Source.objects.update(most_fen=MAX_VALUE_FEN)
    take("community", touch("t1", live, days_ago=1))
    take("taobao_tmall", *(order(f"c{k}", live, value_fen=10**18 - 1) for k in range(10)))
    attribute()
    whole = Decimal(10 * (10**18 - 1))
    assert whole > 2**63
    assert set(ConversionFact.objects.values_list("conversions", "value_fen")) == {(10, whole)}
    for model, window_days in product(Model.values, WINDOWS):
        credit = {"credit": 10_000_000, "value": whole}
        assert credited(model=model, window_days=window_days) == credit


def test_credit_says_on_which_day_it_was_earned_and_how_soon(live: Listing, take: Take) -> None:
    """A refund keeps the days of the touches of its order; its own day is its conversion's."""
    late = datetime.combine(LAST - timedelta(days=2), time(16, 30), UTC) - timedelta(days=1)
    take(
        "community",
        touch("t1", live, days_ago=0, occurred_at=late.isoformat()),  # Half past midnight, there.
        touch("t2", live, days_ago=1),
    )
    take("taobao_tmall", order("c1", live, occurred_at=noon(1).replace("04:00", "05:00")))
    take("taobao_tmall", order("r1", live, kind="refund", refund_of="c1", value_fen=100))
    attribute(LAST - timedelta(days=1), LAST)
    hour = 3_600_000_000
    for kind, on in (("order", LAST - timedelta(days=1)), ("refund", LAST)):
        facts = CreditFact.objects.filter(window_days=15, kind=kind, on=on)
        assert set(facts.values_list("touched_on", "least_age_us")) == {
            (LAST - timedelta(days=2), (24 + 12) * hour + hour // 2),
            (LAST - timedelta(days=1), hour),
        }


def test_no_fact_is_kept_of_credit_before_its_touch(live: Listing) -> None:
    (report_day,) = publish(live.merchant, LAST)
    factory.credit(report_day, live, "order", least_age_us=1)
    with pytest.raises(IntegrityError, match="credit_after_its_touch"):
        factory.credit(report_day, live, "order", least_age_us=0)
