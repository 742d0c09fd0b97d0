"""Where a merchant and the marketplace report the same store, each row counts once."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Sum

from merchants.companies.models import Merchant
from merchants.stores.models import Store
from reports.attribution.models import ConversionFact, ReportDay
from reports.attribution.tests.steps import LAST, attribute, noon
from reports.sources.models import Batch, SourceKind
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


@pytest.mark.parametrize("seed", range(2))
def test_random_files_of_both_give_what_counting_by_hand_gives(
    seed: int, send: Send, shop: Merchant, tmall_store: Store
) -> None:
    """Each order once: the marketplace's, else his."""
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
    expected: dict[Any, int] = {}
    for days_ago, fen in (said["own"] | said["market"]).values():
        on = LAST - timedelta(days=days_ago)
        expected[on] = expected.get(on, 0) + fen
    attribute(LAST - timedelta(days=3), LAST)
    assert sold_of(shop) == expected
