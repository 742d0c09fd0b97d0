"""One merchant runs a promotion: some of his notes and boosts belong together."""

from datetime import date, timedelta
from uuid import UUID

from campaigns.campaigns import verbs as campaigns
from campaigns.campaigns.models import Campaign, TargetKind
from demo.people.cast import Cast
from demo.plan.planned import PlannedBoost, PlannedMerchant, World
from demo.story.settling import Settled

NAME = "店庆大促"
# It began so long before the end of the period, and is not over at its end.
BEGAN = timedelta(days=20)
GOES_ON = timedelta(days=9)
# For each fen of its boosts the merchant wants so many of GMV.
WANTED = 8


def open_one(world: World, settled: Settled, cast: Cast) -> dict[str, Campaign]:
    """The campaign by the slug of its merchant: the first who boosts several notes in its time;
    empty in a world without one."""
    first_on = max(world.period.first_on, world.period.last_on - BEGAN)
    for planned, owner in zip(world.merchants, cast.owners, strict=True):
        budgets = [boost.budget_fen for boost in planned.boosts if belongs(boost, first_on)]
        if planned not in world.selling or len(budgets) < 2:
            continue
        opened = campaigns.open_one(
            settled.merchants[planned.slug],
            request_key=_key(planned),
            name=NAME,
            starts_on=first_on,
            ends_on=world.period.last_on + GOES_ON,
            target_kind=TargetKind.GMV,
            target_value=WANTED * sum(budgets),
            budget_fen=sum(budgets),
            by=owner,
        )
        return {planned.slug: opened}
    return {}


def belongs(boost: PlannedBoost, first_on: date) -> bool:
    """Whether a boost of the merchant is one of the campaign that begins on that day."""
    return boost.starts_on >= first_on


def _key(planned: PlannedMerchant) -> UUID:
    return UUID(int=int(planned.credit_code, 36) % 2**128, version=4)
