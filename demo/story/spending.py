"""Merchants spend: deposits, the platform's fund, and boosts in every state of their life."""

import random
from datetime import date, timedelta
from uuid import UUID

from campaigns.boosts import decisions, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, Objective
from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund
from campaigns.ledger import deposits
from demo.people.cast import Cast
from demo.plan.planned import Outcome, PlannedBoost, PlannedMerchant, World
from demo.story.settling import Settled
from portal.accounts.models import User

FUND_FEN = 50_000_000
# People ask this long before the first day.
NOTICE = timedelta(days=3)
RETURN_REASON = "笔记标题里写了“全网最低价”，属于绝对化用语，请修改笔记后再提交。"
REJECT_REASON = "笔记内容与所挂商品不是同一款，无法投放。"


def spend(world: World, settled: Settled, cast: Cast) -> int:
    """Everything about money, in the order of days; how many boosts were asked for."""
    fund = _fund(cast)
    dice = random.Random(f"{world.seed}:spending")  # noqa: S311
    asked = {}
    for planned, owner in zip(world.merchants, cast.owners, strict=True):
        if not planned.boosts:
            continue
        _deposit(planned, settled, by=cast.managers[0])
        for boost in planned.boosts:
            key = UUID(int=dice.getrandbits(128), version=4)
            asked[boost.key] = _ask(boost, planned, settled, fund, key, cast, owner)
    _live_through(world, asked, cast)
    return len(asked)


def _fund(cast: Cast) -> Fund:
    fund = funds.create(
        "new-brands", name_zh="新品牌扶持基金", name_en="New brands fund", by=cast.admin
    )
    funds.pay_in(fund, amount_fen=FUND_FEN, reference="DEMO-FUND-0001", by=cast.admin)
    return fund


def _deposit(planned: PlannedMerchant, settled: Settled, *, by: User) -> None:
    """Enough for every boost, and something left over."""
    asked_fen = sum(boost.budget_fen for boost in planned.boosts)
    deposits.record(
        settled.merchants[planned.slug],
        amount_fen=(asked_fen // 100_000 + 2) * 100_000,
        reference=f"DEMO-{planned.slug}",
        by=by,
    )


def _ask(
    planned: PlannedBoost,
    merchant: PlannedMerchant,
    settled: Settled,
    fund: Fund,
    key: UUID,
    cast: Cast,
    owner: User,
) -> Boost:
    """Ask for the boost and have it reviewed, as far as its outcome says."""
    today = planned.starts_on - NOTICE
    boost = boosts.request(
        settled.merchants[merchant.slug],
        request_key=key,
        by=owner,
        today=today,
        note=settled.notes[planned.note.external_id],
        objective=Objective(planned.objective),
        starts_on=planned.starts_on,
        ends_on=planned.ends_on,
        budget_fen=planned.budget_fen,
        fund=fund if planned.grant_fen else None,
        grant_fen=planned.grant_fen,
    )
    if planned.outcome == Outcome.DRAFT:
        return boost
    boost = boosts.submit(boost, by=owner, today=today)
    manager = cast.managers[1]
    match planned.outcome:
        case Outcome.SUBMITTED:
            return boost
        case Outcome.RETURNED:
            return decisions.send_back(
                boost, submission=1, reason=RETURN_REASON, field="note", by=manager
            )
        case Outcome.REJECTED:
            return decisions.reject(boost, submission=1, reason=REJECT_REASON, by=manager)
        case _:
            return decisions.approve(boost, submission=1, by=manager, today=today)


def _live_through(world: World, asked: dict[str, Boost], cast: Cast) -> None:
    """Let the days pass: boosts start and end; some are stopped half-way."""
    owners = dict(zip((m.slug for m in world.merchants), cast.owners, strict=True))
    stops: dict[date, list[tuple[str, User]]] = {}
    for merchant in world.selling:
        for boost in merchant.boosts:
            if boost.outcome == Outcome.STOPPED:
                day = boost.starts_on + (boost.ends_on - boost.starts_on) // 2
                stops.setdefault(day, []).append((boost.key, owners[merchant.slug]))
    for day in [*world.period.days, world.period.last_on + timedelta(days=1)]:
        schedule.complete_due(today=day)
        schedule.start_due(today=day)
        for key, owner in stops.get(day, ()):
            boosts.stop(asked[key], by=owner, reason="效果不及预期，提前结束。")
