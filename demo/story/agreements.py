"""What the platform has agreed with those who send data, and decided of what they sent: how long
orders may be sent back, samples, and days that are withheld."""

from datetime import date, timedelta
from decimal import Decimal

from demo.people.cast import Cast
from demo.plan.planned import World
from merchants.catalogue.models import Category
from portal import clock
from reports.sources import refunding, sampling, suspending
from reports.sources.models import Source

# The demo owner sells outside under every programme.
MARKETPLACE = "vip"
REFUND_DAYS = 20
SUSPENDED_DAYS = 2
# They are among the newest thirty, and few touches of these have orders on them.
SUSPENDED_BEFORE = timedelta(days=28)
# A sample is agreed for later: all that has happened was sent by everybody.
SAMPLED_FROM_NOW = timedelta(days=30)


def settle(world: World, cast: Cast) -> None:
    """Orders of the owner's category may be sent back for longer than others, as everybody knows
    before anything is sold."""
    category = Category.objects.get(code=world.merchants[0].category)
    refunding.set_days(
        category, days=REFUND_DAYS, by=cast.admin,
        reason=f"{category.name_zh}七天无理由退货，另计签收与寄回时间。",
    )  # fmt: skip
    first_on = world.period.first_on
    source = Source.objects.get(code=MARKETPLACE)
    later = clock.day_of(world.period.ends_at + SAMPLED_FROM_NOW)
    for valid_from, valid_to, ratio in (
        (first_on, later - timedelta(days=1), Decimal(1)),
        (later, None, Decimal("0.5")),
    ):
        sampling.open_regime(
            source, category=None, valid_from=valid_from, valid_to=valid_to, ratio=ratio,
            by=cast.admin,
        )  # fmt: skip


def suspend(world: World, cast: Cast) -> None:
    """Two days of one marketplace are withheld: it had sent orders twice."""
    suspending.suspend(
        Source.objects.get(code=MARKETPLACE),
        category=Category.objects.get(code=world.merchants[0].category),
        first_on=_first_suspended(world),
        last_on=_first_suspended(world) + timedelta(days=SUSPENDED_DAYS - 1),
        reason="平台核查发现该两日成交数据重复回传，更正前暂不展示。",
        by=cast.admin,
    )


def _first_suspended(world: World) -> date:
    return max(world.period.first_on, world.period.last_on - SUSPENDED_BEFORE)
