"""What is asked for in the last days: a quick boost that runs on, and boosts that a round of a fund
divides among.

They are of notes that nobody boosts otherwise.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias
from uuid import UUID

from campaigns.boosts import awarding, decisions, quick, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, Objective
from campaigns.funds import rounds
from campaigns.funds import verbs as funds
from campaigns.funds.models import DrawOrder, Fund, FundWay
from campaigns.funds.verbs import Terms
from demo.people.cast import Cast
from demo.plan.period import at
from demo.plan.planned import PlannedMerchant, World
from demo.story.settling import Settled
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User

Act: TypeAlias = Callable[[], object]
Diary: TypeAlias = Iterator[tuple[datetime, Act]]
QUICK_FEN, QUICK_HOURS = 20_000, 72
# So many merchants ask the fund for more than it has.
ASKING = 3
ROUND_FUND_FEN, ASKED_FEN, OWN_FEN = 300_000, 150_000, 70_000
TERMS: Terms = {
    "name_zh": "小商家加热基金", "name_en": "Small shops fund", "grants_by": FundWay.ROUNDS,
    "starts_on": None, "ends_on": None, "programme": None, "category": None,
    "sold_below_fen": None, "newer_than_days": None, "own_cash_percent": 20,
    "merchant_cap_fen": None, "company_cap_fen": None, "small_below_fen": 1_000_000,
    "reserve_percent": 40, "draw_order": DrawOrder.USUAL,
}  # fmt: skip


@dataclass(frozen=True)
class Late:
    """What the acts need: rows of the world, and keys of forms that are the same for a seed."""

    world: World
    settled: Settled
    cast: Cast
    dice: random.Random

    def key(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128), version=4)


def round_fund(cast: Cast) -> Fund:
    """A fund that is divided in rounds, and too small for what it will be asked."""
    fund = funds.create(
        "small-shops", name_zh=TERMS["name_zh"], name_en=TERMS["name_en"], by=cast.admin
    )
    fund = funds.edit(fund, by=cast.admin, **TERMS)
    funds.pay_in(fund, amount_fen=ROUND_FUND_FEN, reference="DEMO-FUND-0002", by=cast.admin)
    return fund


def diary(world: World, settled: Settled, cast: Cast, fund: Fund) -> Diary:
    """The acts, each with its moment, from three days before the end of the period on."""
    late = Late(world, settled, cast, random.Random(f"{world.seed}:late"))  # noqa: S311
    last_on = world.period.last_on
    owners = dict(zip((one.slug for one in world.merchants), cast.owners, strict=True))
    opened_at, cut_at = at(last_on - timedelta(days=3), 9), at(last_on - timedelta(days=1), 10)
    asking = [one for one in world.selling[1:] if _free(one, settled)][:ASKING]
    if asking:
        yield opened_at, partial(rounds.open_round, fund, cut_at=cut_at, by=cast.admin)
        for number, one in enumerate(asking, 1):
            moment = opened_at + timedelta(hours=number)
            yield moment, partial(_ask_round, late, one, owners[one.slug], fund, late.key())
        yield cut_at, awarding.look
    owned = world.selling[0]
    if _free(owned, settled):
        yield at(last_on, 12), partial(_ask_quick, late, owned, owners[owned.slug], late.key())


def _ask_round(late: Late, planned: PlannedMerchant, owner: User, fund: Fund, key: UUID) -> Boost:
    """For five days after the period."""
    starts_on = late.world.period.last_on + timedelta(days=3)
    boost = boosts.request(
        late.settled.merchants[planned.slug],
        request_key=key,
        by=owner,
        note=_free(planned, late.settled)[0],
        objective=Objective.READS,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=4),
        budget_fen=ASKED_FEN + OWN_FEN,
        fund=fund,
        grant_fen=ASKED_FEN,
    )
    boost = boosts.submit(boost, by=owner)
    return decisions.approve(boost, version=boost.version, by=late.cast.managers[1])


def _ask_quick(late: Late, planned: PlannedMerchant, owner: User, key: UUID) -> None:
    """It begins with its approval, at once."""
    plan = quick.plan(
        _free(planned, late.settled)[0],
        budget_fen=QUICK_FEN,
        hours=QUICK_HOURS,
        at=clock.now(),
    )
    boost = boosts.request(late.settled.merchants[planned.slug], request_key=key, by=owner, **plan)
    boost = boosts.submit(boost, by=owner)
    decisions.approve(boost, version=boost.version, by=late.cast.managers[1])
    schedule.start_due()


def _free(planned: PlannedMerchant, settled: Settled) -> list[Note]:
    """Notes that sell something and that nobody boosts, the oldest first."""
    boosted = {boost.note.external_id for boost in planned.boosts}
    sold: Mapping[str, bool] = {
        listing.note.external_id: listing.paused_at is None for listing in planned.listings
    }
    notes = sorted(planned.notes, key=lambda note: note.published_at)
    return [
        settled.notes[note.external_id]
        for note in notes
        if note.external_id not in boosted and sold.get(note.external_id)
    ]
