"""Merchants spend: deposits, the platform's fund, and boosts in every state of their life.

What they cost the ad server says."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import TypeAlias
from uuid import UUID

from campaigns.boosts import decisions, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, Objective
from campaigns.campaigns.models import Campaign
from campaigns.delivery import settling
from campaigns.delivery.models import AdServer
from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund
from campaigns.ledger import payments
from campaigns.ledger.models import Payment, Transfer
from demo.people.cast import Cast
from demo.plan.period import Period, at
from demo.plan.planned import Outcome, PlannedBoost, PlannedMerchant, World
from demo.story import late_boosts, outside, promotion, serving
from demo.story.settling import Settled
from portal import clock
from portal.accounts.models import User

FUND_FEN = 50_000_000
# People ask this long before the first day, and never before the note is there.
NOTICE = timedelta(days=3)
AFTER_THE_NOTE = timedelta(hours=3)
OFFICE_HOUR = 10
RETURN_REASON = "笔记标题里写了“全网最低价”，属于绝对化用语，请修改笔记后再提交。"
REJECT_REASON = "笔记内容与所挂商品不是同一款，无法投放。"

Act: TypeAlias = Callable[[], object]


@dataclass(frozen=True)
class Request:
    """A boost that its merchant's owner will ask for; one form has one `key`."""

    planned: PlannedBoost
    merchant: PlannedMerchant
    owner: User
    key: UUID
    campaign: Campaign | None = None


def spend(world: World, settled: Settled, cast: Cast) -> int:
    """Everything about money, in the order of time; how many boosts were asked for."""
    with clock.at(world.period.settles_at + timedelta(days=1)):
        fund, server = _fund(cast), serving.open_server(cast)
        for merchant in world.selling:
            _sign(_deposit(merchant, settled, by=cast.managers[0]), by=cast.managers[1])
        campaigns = promotion.open_one(world, settled, cast)
        late = list(late_boosts.diary(world, settled, cast, late_boosts.round_fund(cast)))
    requests = list(_requests(world, cast, campaigns))
    usual = _diary(requests, world.period, settled, fund, cast, server)
    for moment, act in sorted([*usual, *late], key=itemgetter(0)):
        with clock.at(moment):
            act()
    with clock.at(world.period.ends_at):
        outside.tell(world, settled, cast, campaigns)
    return Boost.objects.count()


def _fund(cast: Cast) -> Fund:
    fund = funds.create(
        "new-brands", name_zh="新品牌扶持基金", name_en="New brands fund", by=cast.admin
    )
    paid = funds.pay_in(fund, amount_fen=FUND_FEN, reference="DEMO-FUND-0001", by=cast.admin)
    _sign(paid, by=cast.second_admin)
    return fund


def _deposit(planned: PlannedMerchant, settled: Settled, *, by: User) -> Transfer | Payment:
    """Enough for every boost, and something left over."""
    asked_fen = sum(boost.budget_fen for boost in planned.boosts)
    return payments.record(
        settled.merchants[planned.slug],
        amount_fen=(asked_fen // 100_000 + 2) * 100_000,
        reference=f"DEMO-{planned.slug}",
        by=by,
    )


def _sign(paid: Transfer | Payment, *, by: User) -> None:
    """The second signature of a large payment."""
    if isinstance(paid, Payment):
        payments.sign(paid, version=paid.version, by=by)


def _requests(world: World, cast: Cast, campaigns: dict[str, Campaign]) -> Iterator[Request]:
    dice = random.Random(f"{world.seed}:spending")  # noqa: S311
    for merchant, owner in zip(world.merchants, cast.owners, strict=True):
        for boost in merchant.boosts:
            campaign = campaigns.get(merchant.slug)
            if campaign and not promotion.belongs(boost, campaign.starts_on):
                campaign = None
            key = UUID(int=dice.getrandbits(128), version=4)
            yield Request(boost, merchant, owner, key, campaign)


def _diary(
    requests: list[Request],
    period: Period,
    settled: Settled,
    fund: Fund,
    cast: Cast,
    server: AdServer,
) -> list[tuple[datetime, Act]]:
    """What happens to boosts, each act with its moment; those of one moment in their order.

    At midnight the portal ends and starts them and hears what the day cost, before people do
    anything.
    """
    days = [*period.days, period.last_on + timedelta(days=1)]
    acts: list[tuple[datetime, Act]] = [(at(day), partial(_midnight, server)) for day in days]
    for asked in requests:
        moment = _asked_at(asked.planned, period)
        acts.append((moment, partial(_ask, asked, settled, fund, cast)))
        if asked.planned.outcome == Outcome.STOPPED:
            acts.append((_stopped_at(asked.planned), partial(_stop, asked)))
    return acts


def _asked_at(planned: PlannedBoost, period: Period) -> datetime:
    """In time for the first day; what starts after the period is asked for when it ends."""
    in_time = at(planned.starts_on - NOTICE, OFFICE_HOUR)
    return min(max(in_time, planned.note.published_at + AFTER_THE_NOTE), period.ends_at)


def _stopped_at(planned: PlannedBoost) -> datetime:
    """Half-way."""
    return at(planned.starts_on + (planned.ends_on - planned.starts_on) // 2, OFFICE_HOUR)


def _ask(asked: Request, settled: Settled, fund: Fund, cast: Cast) -> Boost:
    """Ask for the boost and have it reviewed, as far as its outcome says."""
    planned, manager = asked.planned, cast.managers[1]
    boost = boosts.request(
        settled.merchants[asked.merchant.slug],
        request_key=asked.key,
        by=asked.owner,
        note=settled.notes[planned.note.external_id],
        objective=Objective(planned.objective),
        starts_on=planned.starts_on,
        ends_on=planned.ends_on,
        budget_fen=planned.budget_fen,
        fund=fund if planned.grant_fen else None,
        grant_fen=planned.grant_fen,
        campaign=asked.campaign,
    )
    if planned.outcome == Outcome.DRAFT:
        return boost
    boost = boosts.submit(boost, by=asked.owner)
    match planned.outcome:
        case Outcome.SUBMITTED:
            return boost
        case Outcome.RETURNED:
            return decisions.send_back(
                boost, version=boost.version, reason=RETURN_REASON, field="note", by=manager
            )
        case Outcome.REJECTED:
            return decisions.reject(boost, version=boost.version, reason=REJECT_REASON, by=manager)
        case _:
            return decisions.approve(boost, version=boost.version, by=manager)


def _midnight(server: AdServer) -> None:
    schedule.complete_due()
    schedule.start_due()
    serving.tell_yesterday(server)
    settling.settle_due()


def _stop(asked: Request) -> None:
    boost = Boost.objects.get(request_key=asked.key)
    boosts.stop(boost, by=asked.owner, reason="效果不及预期，提前结束。")
