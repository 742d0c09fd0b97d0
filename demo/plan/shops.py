"""Inventing companies' codes, their stores and what these sell."""

import random
from collections.abc import Sequence

from demo.plan.planned import PlannedMerchant, PlannedProduct, PlannedStore
from demo.plan.words import Good
from merchants.companies import credit_codes

EXTERNAL_KINDS = ("tmall", "jd", "taobao", "vip")
STORE_NAMES = {
    "in_app": "{brand}的小店",
    "tmall": "{brand}旗舰店",
    "taobao": "{brand}企业店",
    "jd": "{brand}京东自营旗舰店",
    "vip": "{brand}唯品会专场",
}
# The organisation within a credit code: 8 signs, and a check sign of their own.
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
REGIONS = ("110105", "310115", "330106", "350203", "440305", "440106", "320505", "510107")


def credit_code(dice: random.Random) -> str:
    """A well-formed unified social credit code of a company (GB 32100-2015)."""
    body = "".join(dice.choices("0123456789", k=7)) + dice.choice("ABCDEFGHJKLM")
    weighed = zip(ORGANISATION_WEIGHTS, body, strict=True)
    remainder = (11 - sum(w * int(sign, 36) for w, sign in weighed) % 11) % 11
    head = "91" + dice.choice(REGIONS) + body + ("X" if remainder == 10 else str(remainder))
    return head + credit_codes.check_digit(head)


def stores(
    merchant: PlannedMerchant, dice: random.Random, *, every_kind: bool
) -> tuple[PlannedStore, ...]:
    """The in-app shop and some stores outside; a few merchants sell in the community alone."""
    outside = (
        EXTERNAL_KINDS if every_kind else dice.sample(EXTERNAL_KINDS, k=dice.choice((0, 1, 1, 2)))
    )
    return tuple(
        store(merchant, kind, str(dice.randint(10_000_000, 49_999_999)))
        for kind in ("in_app", *outside)
    )


def store(merchant: PlannedMerchant, kind: str, number: str) -> PlannedStore:
    """The merchant's store of a kind; the marketplace knows it by `number`."""
    url = {
        "in_app": "",
        "tmall": f"https://{merchant.slug}.tmall.com/",
        "taobao": f"https://shop{number}.taobao.com/",
        "jd": f"https://mall.jd.com/index-{number}.html",
        "vip": f"https://list.vip.com/{number}.html",
    }[kind]
    return PlannedStore(
        kind=kind,
        name=STORE_NAMES[kind].format(brand=merchant.brand),
        external_id=number,
        url=url,
    )


def products(
    merchant: PlannedMerchant,
    stores: Sequence[PlannedStore],
    goods: Sequence[Good],
    dice: random.Random,
) -> tuple[PlannedProduct, ...]:
    """Every good in every store, store by store; prices of one good differ a little."""
    prices = [dice.randint(good.low, good.high) * 100 for good in goods]
    return tuple(
        _product(merchant, store, good.name, price - dice.choice((0, 10, 100, 500)), dice)
        for store in stores
        for good, price in zip(goods, prices, strict=True)
    )


def _product(
    merchant: PlannedMerchant, store: PlannedStore, name: str, price_fen: int, dice: random.Random
) -> PlannedProduct:
    number = str(dice.randint(600_000_000_000, 999_999_999_999))
    url = {
        "in_app": "",
        "tmall": f"https://detail.tmall.com/item.htm?id={number}",
        "taobao": f"https://item.taobao.com/item.htm?id={number}",
        "jd": f"https://item.jd.com/{number}.html",
        "vip": f"https://detail.vip.com/detail-{store.external_id}-{number}.html",
    }[store.kind]
    return PlannedProduct(
        store=store,
        external_id=number,
        title=f"{merchant.brand} {name}",
        category=merchant.category,
        price_fen=price_fen,
        url=url,
    )
