"""Where a merchant and the marketplace report the same store, each row counts once."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.stores.models import Store
from portal.accounts.models import User
from reports.attribution.models import ConversionFact, ReportDay
from reports.attribution.tests.steps import LAST, attribute, noon
from reports.sources import closing
from reports.sources.models import Batch, Source, SourceKind
from reports.sources.refusal import BatchRefused
from reports.tests.sending import Send

pytestmark = pytest.mark.django_db

Take = Callable[..., Batch]
HEAD = "event_id,occurred_at,user_id,store_id,kind,value_fen,refund_of\n"


def line(event_id: str, store: Store, value_fen: int, *, days_ago: int = 0, **more: str) -> str:
    kind, refund_of = more.get("kind", "order"), more.get("refund_of", "")
    return f"{event_id},{noon(days_ago)},u1,{store.external_id},{kind},{value_fen},{refund_of}\n"


def sold_of(merchant: Merchant, kind: str = "order") -> dict[Any, int]:
    """What the current report days show of the merchant's conversions: fen by day."""
    current = ReportDay.objects.current().values("pk")
    facts = ConversionFact.objects.filter(report_day_id__in=current, window_days=15, kind=kind)
    by_day = facts.values_list("on").annotate(fen=Sum("value_fen"))
    return {on: int(fen) for on, fen in by_day}


def test_what_a_merchant_sends_is_a_source_of_his_own_and_corrects_nothing(
    send: Send, shop: Merchant, tmall_store: Store
) -> None:
    send(HEAD + line("c1", tmall_store, 10_000), source="taobao_tmall")
    own = send(HEAD + line("c1", tmall_store, 99_999_900), source="taobao_tmall", merchant=shop)
    assert own.source.kind == SourceKind.MERCHANT
    assert own.source.merchant == shop
    assert (own.accepted, own.corrected) == (1, 0)
    attribute()
    assert sold_of(shop) == {LAST: 10_000}


def test_his_rows_count_until_the_marketplace_tells_of_them_on_whatever_day(
    send: Send, shop: Merchant, tmall_store: Store
) -> None:
    own = line("c1", tmall_store, 500) + line("c2", tmall_store, 70)
    send(HEAD + own, source="taobao_tmall", merchant=shop)
    attribute()
    assert sold_of(shop) == {LAST: 570}
    send(HEAD + line("c1", tmall_store, 400, days_ago=3), source="taobao_tmall")
    attribute(LAST - timedelta(days=3), LAST)
    assert sold_of(shop) == {LAST - timedelta(days=3): 400, LAST: 70}


def test_another_marketplace_with_the_same_ids_overrules_nothing(
    send: Send, shop: Merchant, tmall_store: Store
) -> None:
    send(HEAD + line("c1", tmall_store, 500), source="taobao_tmall", merchant=shop)
    send(HEAD + line("c1", tmall_store, 400), source="jd")
    attribute()
    assert sold_of(shop) == {LAST: 500}


def test_nobody_sends_to_the_source_of_a_merchant_but_he_himself(
    send: Send, shop: Merchant, tmall_store: Store
) -> None:
    own = send(HEAD + line("c1", tmall_store, 1), source="taobao_tmall", merchant=shop).source
    with pytest.raises(BatchRefused, match="only what its merchant sends"):
        send(HEAD + line("c2", tmall_store, 1), source=own.code)


def test_two_first_uploads_make_one_source(shop: Merchant) -> None:
    from reports.sources.own import source_of

    first, again = source_of(shop, "jd"), source_of(shop, "jd")
    assert first == again
    assert (first.name_en, first.name_zh) == ("Own figures: JD", "商家自报：京东")
    assert shop.name not in f"{first.code} {first.name_en} {first.name_zh}"
    assert source_of(shop, "") != first


def close(store: Store | None, *days_ago: int) -> None:
    source = Source.objects.get(code="taobao_tmall")
    for ago in days_ago:
        on = LAST - timedelta(days=ago)
        closing.pull_finished(source, first_on=on, last_on=on, store=store)


def stale() -> set[Any]:
    days = ReportDay.objects.current().exclude(stale_at=None)
    return {(LAST - on).days for on in days.values_list("on", flat=True)}


@pytest.mark.parametrize("is_of_all", [True, False])
def test_once_the_marketplace_has_closed_a_day_only_its_rows_count(
    is_of_all: bool, send: Send, shop: Merchant, tmall_store: Store
) -> None:
    own = "".join(line(f"c{ago}", tmall_store, 10 + ago, days_ago=ago) for ago in range(4))
    send(HEAD + own, source="taobao_tmall", merchant=shop)
    send(HEAD + line("m1", tmall_store, 500, days_ago=1), source="taobao_tmall")
    first = LAST - timedelta(days=3)
    attribute(first, LAST)
    close(None if is_of_all else tmall_store, 1, 2)
    assert stale() == {1, 2}
    attribute(first, LAST)
    assert sold_of(shop) == {first: 13, LAST - timedelta(days=1): 500, LAST: 10}
    # Said again nothing changes, nor where he said nothing himself.
    close(tmall_store, 1, 2, 5)
    assert stale() == set()


def test_a_merchants_own_tick_closes_nothing_of_the_marketplaces(
    send: Send, shop: Merchant, tmall_store: Store
) -> None:
    own = send(HEAD + line("c1", tmall_store, 10), source="taobao_tmall", merchant=shop).source
    attribute()
    closing.pull_finished(own, first_on=LAST, last_on=LAST, store=tmall_store)
    assert stale() == set()
    attribute()
    assert sold_of(shop) == {LAST: 10}


def test_a_row_that_moved_to_a_closed_day_counts_no_more(
    send: Send, shop: Merchant, tmall_store: Store
) -> None:
    close(tmall_store, 1)
    send(HEAD + line("c1", tmall_store, 10), source="taobao_tmall", merchant=shop)
    send(HEAD + line("c1", tmall_store, 10, days_ago=1), source="taobao_tmall", merchant=shop)
    attribute(LAST - timedelta(days=1), LAST)
    assert sold_of(shop) == {}


def test_an_order_that_counts_no_more_takes_its_refund_along(
    send: Send, shop: Merchant, tmall_store: Store
) -> None:
    back = line("r1", tmall_store, 4, days_ago=0, kind="refund", refund_of="c1")
    own = line("c1", tmall_store, 10, days_ago=2) + back
    send(HEAD + own, source="taobao_tmall", merchant=shop)
    attribute(LAST - timedelta(days=2), LAST)
    close(tmall_store, 2)
    assert stale() == {0, 2}


def test_what_both_said_stands_beside_each_other(
    send: Send, shop: Merchant, tmall_store: Store, client_of: Callable[[User], Client], alice: User
) -> None:
    own = line("c1", tmall_store, 500) + line("c2", tmall_store, 70)
    batch = send(HEAD + own, source="taobao_tmall", merchant=shop)
    send(HEAD + line("c1", tmall_store, 400), source="taobao_tmall")
    address = reverse("reports:health-merchant", args=[shop.code])
    shown: Any = client_of(alice).get(address)
    [one] = shown.context["beside"]
    assert (one.on, one.own, one.theirs, one.difference) == (LAST, 2, 1, -1)
    assert "Yours, but for order lines" in shown.content.decode()
    page = client_of(alice).get(reverse("reports:data-detail", args=[shop.code, batch.pk]))
    assert address in page.content.decode()
    close(None, 0)
    assert "it has closed the day" in client_of(alice).get(address).content.decode()


@pytest.mark.parametrize("seed", range(2))
def test_random_files_of_both_give_what_counting_by_hand_gives(
    seed: int, send: Send, shop: Merchant, tmall_store: Store
) -> None:
    """Each order once: the marketplace's, else his where the marketplace has not closed the day."""
    dice = random.Random(seed)
    said: dict[str, dict[str, tuple[int, int]]] = {"market": {}, "own": {}}
    for _ in range(5):
        who = dice.choice(["market", "own", "own"])
        rows = {
            f"c{dice.randrange(12)}": (dice.randrange(4), dice.randrange(1, 1000))
            for _ in range(dice.randrange(1, 6))
        }
        text = "".join(
            line(event_id, tmall_store, fen, days_ago=days_ago)
            for event_id, (days_ago, fen) in rows.items()
        )
        send(HEAD + text, source="taobao_tmall", merchant=shop if who == "own" else None)
        said[who] |= rows
    closed = {dice.randrange(4)}
    close(dice.choice([None, tmall_store]), *closed)
    said["own"] = {name: row for name, row in said["own"].items() if row[0] not in closed}
    expected: dict[Any, int] = {}
    for days_ago, fen in (said["own"] | said["market"]).values():
        on = LAST - timedelta(days=days_ago)
        expected[on] = expected.get(on, 0) + fen
    attribute(LAST - timedelta(days=3), LAST)
    assert sold_of(shop) == expected
