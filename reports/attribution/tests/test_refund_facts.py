"""What refunds leave in the facts of report days."""

from datetime import timedelta
from typing import Any

import pytest

from merchants.listings.models import Listing
from reports.attribution import days
from reports.attribution.models import ConversionFact, CreditFact
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.in_facts import boost, live, sums
from reports.attribution.tests.steps import LAST, attribute, noon, order, touch
from reports.sources.models import Source

pytestmark = pytest.mark.django_db
__all__ = ["live"]


def shares_of(kind: str, **of: Any) -> list[int]:
    """What the touchpoints of a kind of conversion got under linear, the first one first."""
    facts = CreditFact.objects.filter(kind=kind, window_days=15, **of)
    values = facts.order_by("boost_id").values_list("linear_fen", flat=True)
    return [int(value) for value in values if value is not None]


@pytest.fixture
def three_shares(live: Listing, take: Take) -> Listing:
    """An order of 100 fen, 60 days ago, after three touchpoints that facts tell apart."""
    for k in range(3):
        boost(live, f"b{k}")
    take(
        "community",
        *(touch(f"t{k}", live, days_ago=63 - k, boost_id=f"b{k}") for k in range(3)),
    )
    take("taobao_tmall", order("c1", live, occurred_at=noon(60), order_id="number-1"))
    return live


def refund(event_id: str, listing: Listing, days_ago: int, value_fen: int, **more: Any) -> Any:
    return order(
        event_id, listing, occurred_at=noon(days_ago), kind="refund", value_fen=value_fen,
        **{"refund_of": "c1", **more},
    )  # fmt: skip


def test_an_order_refunded_in_parts_leaves_nothing_at_its_notes(
    three_shares: Listing, take: Take
) -> None:
    """Each part is of a day of its own, and these days are computed one by one."""
    take(
        "taobao_tmall",
        refund("r2", three_shares, 20, 50),
        refund("r1", three_shares, 40, 50, refund_of="number-1"),
    )
    for days_ago in (20, 60, 40):
        attribute(*2 * [LAST - timedelta(days=days_ago)])
    assert shares_of("order") == [33, 33, 34]
    assert shares_of("refund", on=LAST - timedelta(days=40)) == [-16, -17, -17]
    assert shares_of("refund", on=LAST - timedelta(days=20)) == [-17, -16, -17]


def test_without_the_days_of_earlier_refunds_it_would(
    three_shares: Listing, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the second part is taken for the first, and takes the same again."""
    found = days._days_of_orders
    monkeypatch.setattr(days, "_days_of_orders", lambda *given: (found(*given)[0], set()))
    take("taobao_tmall", refund("r1", three_shares, 40, 50), refund("r2", three_shares, 20, 50))
    attribute(*2 * [LAST - timedelta(days=20)])
    assert shares_of("refund") == [-16, -17, -17]


def test_what_is_refunded_beyond_an_order_is_nobodys_and_counted(
    three_shares: Listing, take: Take
) -> None:
    take("taobao_tmall", refund("r1", three_shares, 40, 70), refund("r2", three_shares, 20, 70))
    attribute(LAST - timedelta(days=60))
    assert sum(shares_of("order")) + sum(shares_of("refund")) == 0
    counted = ConversionFact.objects.filter(window_days=15).exclude(kind="order")
    assert sums(counted, "conversions") == {"refund": [2, -100], "excess_refund": [1, -40]}


def test_a_refund_of_an_order_of_several_lines_is_of_no_line(
    three_shares: Listing, take: Take
) -> None:
    """It names one by its event_id, or nobody knows which it takes back."""
    take("taobao_tmall", order("c2", three_shares, occurred_at=noon(59), order_id="number-1"))
    take(
        "taobao_tmall",
        refund("r1", three_shares, 40, 100, refund_of="number-1"),
        refund("r2", three_shares, 40, 30),
    )
    attribute(LAST - timedelta(days=60))
    counted = ConversionFact.objects.filter(window_days=15).exclude(kind="order")
    assert sums(counted, "conversions") == {"refund": [1, -30], "unknown_refund": [1, -100]}
    assert sum(shares_of("refund")) == -30


def test_a_refunded_deposit_is_no_refund_of_an_order(live: Listing, take: Take) -> None:
    take("community", touch("t1", live, days_ago=3))
    take(
        "taobao_tmall",
        order("c1", live, kind="presale_deposit", occurred_at=noon(2), value_fen=5000),
        refund("r1", live, 1, 5000),
    )
    attribute(LAST - timedelta(days=3))
    kinds = CreditFact.objects.filter(window_days=15)
    assert sums(kinds, "linear_micro", "linear_fen") == {
        "presale_deposit": [1_000_000, 5000],
        "deposit_refund": [1_000_000, -5000],
    }


def test_a_refund_finds_its_order_at_another_source_of_its_store(live: Listing, take: Take) -> None:
    """Its own source comes first."""
    Source.objects.create(code="shop", events="conversions", marketplace="taobao_tmall")
    take("community", touch("t1", live, days_ago=3))
    take("taobao_tmall", order("c1", live, value_fen=10), order("c2", live, value_fen=20))
    take("shop", order("c2", live, value_fen=30))
    take(
        "shop",
        refund("r1", live, 0, 100),
        refund("r2", live, 0, 100, refund_of="c2"),
    )
    attribute()
    counted = ConversionFact.objects.filter(window_days=15).exclude(kind="order")
    assert sums(counted, "conversions") == {"refund": [2, -40], "excess_refund": [2, -160]}
