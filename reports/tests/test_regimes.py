"""Regimes: what is agreed of samples, what may be agreed, and whose days it touches."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from merchants.catalogue import verbs as catalogue
from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import AuditEntry, User
from portal.refusals import Outdated, Refusal
from reports.attribution.inputs import News
from reports.attribution.models import ReportDay
from reports.sources import sampling
from reports.sources.models import Source
from reports.sources.regimes import ALL, Change, Regime, Span, changes, ratio_on, spans
from reports.tests import factory
from reports.tests.sending import Send

pytestmark = pytest.mark.django_db

HALF, WHOLE = Decimal("0.5"), Decimal(1)
MARCH = date(2026, 3, 1)


def on(day: int) -> date:
    return MARCH + timedelta(days=day - 1)


@pytest.fixture
def tmall() -> Source:
    return Source.objects.get(code="taobao_tmall")


@pytest.fixture
def community() -> Source:
    return Source.objects.get(code="community")


@pytest.fixture
def beauty() -> Category:
    return Category.objects.get(code="beauty")


@pytest.fixture
def within(beauty: Category) -> Category:
    """A category that lies in beauty."""
    return Category.objects.create(code="serum", name_zh="精华", name_en="Serum", parent=beauty)


def agreed(source: Source, first: int, last: int | None, ratio: object, **of: Any) -> Regime:
    days = {"valid_from": on(first), "valid_to": on(last) if last else None}
    return Regime.objects.create(source=source, ratio=Decimal(str(ratio)), **days, **of)


def ruling(source: Source) -> list[Span]:
    return spans(Regime.objects.filter(source=source), Category.objects.as_tree())


def test_the_narrowest_category_rules_and_where_nothing_is_agreed_all_are_there(
    tmall: Source, beauty: Category, within: Category
) -> None:
    agreed(tmall, 5, None, "0.5")
    agreed(tmall, 10, 20, 1, category=beauty)
    agreed(tmall, 12, 14, "0.25", category=within)
    agreed(tmall, 18, 25, "0.75", category=within)
    other = Category.objects.create(code="tools", name_zh="工具", name_en="Tools")
    found = ruling(tmall)
    asked = (4, 5, 10, 12, 14, 15, 18, 20, 21, 25, 26, 400)

    def ratios(category: Category | None) -> list[float]:
        key = category.pk if category else ALL
        return [float(ratio_on(found, on(day), key)) for day in asked]

    assert ratios(None) == [1] + 11 * [0.5]
    assert ratios(other) == ratios(None)
    assert ratios(beauty) == [1, 0.5, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]
    assert ratios(within) == [1, 0.5, 1, 0.25, 0.25, 1, 0.75, 0.75, 0.75, 0.75, 0.5, 0.5]


def test_what_changed_is_told_by_day_and_category(beauty: Category) -> None:
    before = [Span(ALL, on(5), on(10), HALF)]
    after = [Span(ALL, on(5), on(12), HALF), Span(beauty.pk, on(9), on(11), WHOLE)]
    assert changes(before, before) == []
    assert changes(before, after) == [
        Change(on(9), on(10), frozenset({beauty.pk})),
        Change(on(11), on(11), frozenset({ALL})),
        Change(on(12), on(12), frozenset({ALL, beauty.pk})),
    ]


def test_regimes_of_a_source_and_category_do_not_overlap(
    tmall: Source, community: Source, beauty: Category
) -> None:
    agreed(tmall, 5, 10, "0.5")
    agreed(tmall, 11, None, "0.25")
    agreed(tmall, 5, 10, "0.25", category=beauty)
    agreed(community, 5, None, "0.5")
    for source, first, last in ((tmall, 10, 10), (tmall, 1, 5), (tmall, 400, None)):
        with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
            agreed(source, first, last, "0.5")


@pytest.mark.parametrize("ratio", ["0", "1.000001", "-0.5"])
def test_a_ratio_is_a_share(tmall: Source, ratio: str) -> None:
    with pytest.raises(IntegrityError, match="share"), transaction.atomic():
        agreed(tmall, 5, 10, ratio)


def opened(source: Source, by: User, **of: Any) -> Regime:
    given = {"category": None, "valid_from": on(5), "valid_to": on(10), "ratio": HALF}
    return sampling.open_regime(source, **{**given, **of}, by=by)


def test_an_admin_agrees_changes_and_ends_and_the_log_says_what(
    tmall: Source, admin: User, beauty: Category
) -> None:
    regime = opened(tmall, admin, category=beauty, valid_to=None)
    sampling.change(regime, valid_from=on(6), valid_to=None, ratio=Decimal("0.25"), by=admin)
    sampling.close(regime, valid_to=on(9), by=admin)
    regime.refresh_from_db()
    assert (regime.valid_from, regime.valid_to, regime.ratio) == (on(6), on(9), Decimal("0.25"))
    said = AuditEntry.objects.filter(verb__startswith="regime.").order_by("pk")
    assert [(entry.verb, entry.old, entry.new) for entry in said] == [
        (
            "regime.opened",
            {},
            {
                "source": "taobao_tmall", "category": "beauty", "first_on": "2026-03-05",
                "last_on": None, "ratio": "50%",
            },
        ),
        (
            "regime.changed",
            {"first_on": "2026-03-05", "ratio": "50%"},
            {"first_on": "2026-03-06", "ratio": "25%"},
        ),
        ("regime.closed", {"last_on": None}, {"last_on": "2026-03-09"}),
    ]  # fmt: skip


def test_what_cannot_be_agreed_is_refused_with_a_sentence(
    tmall: Source, community: Source, admin: User, manager: User, beauty: Category
) -> None:
    regime = opened(tmall, admin)
    for source, of, said in (
        (tmall, {"valid_from": on(10), "valid_to": on(20)}, "covers some of these days"),
        (tmall, {"valid_from": on(20), "valid_to": on(19)}, "on or after the first"),
        (tmall, {"valid_from": on(20), "ratio": Decimal(0), "valid_to": None}, "above 0"),
        (community, {"category": beauty}, "no category"),
        (Source.objects.get(code="links"), {}, "send samples"),
    ):
        with pytest.raises(Refusal, match=said), transaction.atomic():
            opened(source, admin, **of)
    with pytest.raises(Refusal, match="has an end already"), transaction.atomic():
        sampling.close(regime, valid_to=on(9), by=admin)
    with pytest.raises(Outdated), transaction.atomic():
        sampling.change(regime, valid_from=on(5), valid_to=None, ratio=HALF, version="0", by=admin)
    with pytest.raises(PermissionDenied), transaction.atomic():
        opened(community, manager)
    assert Regime.objects.count() == 1


def stale() -> dict[date, str]:
    days = ReportDay.objects.exclude(stale_at=None)
    acts = {(news.merchant_id, news.on): news.act for news in News.objects.all()}
    return {day.on: acts[day.merchant_id, day.on] for day in days}


def fresh() -> None:
    ReportDay.objects.update(stale_at=None)


@pytest.fixture
def sold(sunscreen: Listing, lipstick: Listing, send: Send) -> Listing:
    """Orders of 3, 4 and 5 days ago, and today a refund of the oldest; and one in-app order."""
    lines = ["event_id,occurred_at,user_id,store_id,product_id,kind,value_fen,refund_of"]
    store = sunscreen.product.store.external_id
    for ago in (3, 4, 5):
        at = f"{factory.day(ago)}T12:00:00+08:00"
        lines.append(f"c{ago},{at},u{ago},{store},{sunscreen.product.external_id},order,100,")
    at = f"{factory.day(0)}T00:00:01+08:00"
    lines.append(f"r1,{at},,{store},,refund,100,c5")
    assert send("\n".join(lines), source="taobao_tmall").accepted == 4
    factory.publish(sunscreen.merchant, *(factory.day(ago) for ago in range(8)))
    return sunscreen


def test_what_is_agreed_of_orders_makes_the_days_stale_that_have_any(
    sold: Listing, tmall: Source, admin: User
) -> None:
    """And the days of their refunds; another source's, or other days, touch nobody."""
    opened(Source.objects.get(code="jd"), admin, valid_from=factory.day(7), valid_to=None)
    opened(tmall, admin, valid_from=factory.day(7), valid_to=factory.day(6))
    assert stale() == {}
    regime = opened(tmall, admin, valid_from=factory.day(5), valid_to=factory.day(4))
    expected = {factory.day(5), factory.day(4), factory.day(0)}
    assert stale() == dict.fromkeys(expected, "regime.opened")
    fresh()
    days: dict[str, Any] = {"valid_from": factory.day(5), "valid_to": factory.day(3)}
    sampling.change(regime, **days, ratio=HALF, by=admin)
    assert stale() == {factory.day(3): "regime.changed"}
    fresh()
    sampling.change(regime, **days, ratio=HALF, by=admin)
    assert stale() == {}
    sampling.change(regime, **days, ratio=Decimal("0.9"), by=admin)
    assert set(stale()) == {*expected, factory.day(3)}


def test_what_is_agreed_of_a_category_touches_stores_that_have_products_in_it(
    sold: Listing, tmall: Source, admin: User, within: Category
) -> None:
    other = Category.objects.create(code="tools", name_zh="工具", name_en="Tools")
    days = {"valid_from": factory.day(4), "valid_to": factory.day(4)}
    opened(tmall, admin, category=other, **days)
    assert stale() == {}
    opened(tmall, admin, category=within.parent, **days)
    assert stale() == {factory.day(4): "regime.opened"}


def test_a_product_of_another_category_touches_days_on_which_that_is_another_sample(
    sold: Listing, tmall: Source, admin: User, alice: User, within: Category
) -> None:
    def moved(category: Category) -> None:
        product = sold.product
        catalogue.edit(
            product, title=product.title, category=category, price_fen=None, is_available=True,
            by=alice,
        )  # fmt: skip

    moved(within)
    assert stale() == {}
    opened(tmall, admin, category=within, valid_from=factory.day(5), valid_to=factory.day(5))
    fresh()
    assert within.parent
    moved(within.parent)
    assert stale() == dict.fromkeys([factory.day(5), factory.day(0)], "product.edited")


def test_what_is_agreed_of_touches_makes_a_window_of_days_stale(
    sunscreen: Listing, community: Source, admin: User, shop: Merchant
) -> None:
    """From the first day on which a listing was live, as far as touches reach."""
    factory.publish(shop, *(factory.day(ago) for ago in range(60)))
    days_live = 40
    since = clock.now() - timedelta(days=days_live)
    sunscreen.periods.all().delete()
    shop.listings.exclude(pk=sunscreen.pk).delete()
    sunscreen.periods.create(live_from=since, live_to=clock.now() - timedelta(days=36))
    opened(community, admin, valid_from=factory.day(50), valid_to=factory.day(38))
    assert set(stale()) == of(range(8, days_live + 1))
    fresh()
    opened(community, admin, valid_from=factory.day(35), valid_to=None)
    assert stale() == {}


def test_what_is_agreed_of_days_to_come_touches_nobody(
    sold: Listing, community: Source, tmall: Source, admin: User
) -> None:
    for source in (community, tmall):
        opened(source, admin, valid_from=factory.day(-60), valid_to=None)
    assert stale() == {}


def of(ago: Iterable[int]) -> set[date]:
    return {factory.day(days) for days in ago}
