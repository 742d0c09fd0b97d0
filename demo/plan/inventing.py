"""Inventing the demo world: the same seed and period always give the same one."""

import random
from dataclasses import replace

from demo.plan import contents, shops
from demo.plan.period import Period
from demo.plan.planned import Outcome, PlannedMerchant, Stage, World
from demo.plan.words import Brand, Trade, words

# The demo owner's merchant shows one boost of every outcome; others have some of the usual ones.
OWNER_OUTCOMES = tuple(Outcome)
USUAL_OUTCOMES = (Outcome.COMPLETED, Outcome.RUNNING, Outcome.SUBMITTED, Outcome.SCHEDULED)
OWNER_NOTES = 14


def invent(seed: int, *, merchants: int, period: Period) -> World:
    """A world of `merchants` companies, most of them selling throughout `period`."""
    dice = random.Random(f"{seed}:plan")  # noqa: S311
    planned = [_merchant(number, merchants, dice, period) for number in range(merchants)]
    return World(seed=seed, period=period, merchants=tuple(planned))


def _merchant(number: int, total: int, dice: random.Random, period: Period) -> PlannedMerchant:
    trade = words().trades[number % len(words().trades)]
    brand = _brand(number)
    merchant = PlannedMerchant(
        slug=brand.slug,
        brand=brand.name,
        name=f"{brand.city}{brand.name}{trade.name}有限公司",
        credit_code=shops.credit_code(dice),
        category=trade.category,
        stage=_stage(number, total),
        popularity=1.2 if number == 0 else 1 / (number + 1) ** 0.6,
    )
    if merchant.stage != Stage.SELLING:
        return merchant
    return _selling(merchant, trade, dice, period, is_owners=number == 0)


def _brand(number: int) -> Brand:
    """Brands run out at some point: then they open branches."""
    branch, index = divmod(number, len(words().brands))
    brand = words().brands[index]
    if branch == 0:
        return brand
    return Brand(f"{brand.name}{branch + 1}号", f"{brand.slug}{branch + 1}", brand.city)


def _stage(number: int, total: int) -> Stage:
    """Merchant 1 has just registered; of many, the last two are still on their way in."""
    if number == 1:
        return Stage.NEW
    if total >= 8 and number >= total - 2:
        return Stage.SUBMITTED if number == total - 1 else Stage.RETURNED
    return Stage.SELLING


def _selling(
    merchant: PlannedMerchant, trade: Trade, dice: random.Random, period: Period, *, is_owners: bool
) -> PlannedMerchant:
    stores = shops.stores(merchant, dice, every_kind=is_owners)
    goods = trade.goods if is_owners else tuple(dice.sample(trade.goods, k=4))
    products = shops.products(merchant, stores, goods, dice)
    count = OWNER_NOTES if is_owners else dice.randint(4, 7)
    notes = contents.notes(trade, goods, count, dice, period)
    listings = contents.listings(notes, products, len(goods), dice)
    outcomes = OWNER_OUTCOMES if is_owners else dice.sample(USUAL_OUTCOMES, k=dice.randint(1, 3))
    if is_owners:
        listings = contents.with_a_pause(listings, period)
    return replace(
        merchant,
        stores=stores,
        products=products,
        notes=notes,
        listings=listings,
        boosts=contents.boosts(notes, outcomes, dice, period),
    )
