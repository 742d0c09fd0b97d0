"""Boosts that cost something, as an ad server would have told it, and costs from outside."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import Boost, BoostStatus, Objective
from campaigns.campaigns.models import Campaign
from campaigns.costs import economics
from campaigns.costs import verbs as costs
from campaigns.costs.economics import Assumed
from campaigns.costs.models import Channel, Cost, CostKind
from campaigns.delivery import hours, spending
from campaigns.delivery.models import DeliveryHour
from campaigns.funds.models import Fund, FundingSource
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import AccountKind
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User


def boost_of(note: Note, *, cash_fen: int = 1_000_000, **grants: int) -> Boost:
    """A boost of `note` that runs for long. Its own cash pays last, before it a `partner` and the
    `platform` pay so many fen, if they are named."""
    key = uuid4()
    boost = Boost.objects.create(
        merchant=note.merchant, note=note, external_id=f"b{key.hex}", objective=Objective.READS,
        budget_fen=1_000_000, starts_on=clock.today() - timedelta(days=60),
        ends_on=clock.today() + timedelta(days=10), status=BoostStatus.RUNNING, request_key=key,
        submission=1, submitted_at=clock.now(), created_by_id=_owner(note),
    )  # fmt: skip
    paying = [
        (FundingSource.PARTNER_GRANT, grants.get("partner", 0)),
        (FundingSource.PLATFORM_GRANT, grants.get("platform", 0)),
        (FundingSource.MERCHANT_CASH, cash_fen),
    ]
    for place, (source, fen) in enumerate(paying, start=1):
        if fen:
            fund = None if source == FundingSource.MERCHANT_CASH else _fund(source)
            FundingLine.objects.create(
                boost=boost, source=source, fund=fund, amount_fen=fen, place=place
            )
    return boost


def delivered(boost: Boost, on: date, fen: int, *, hour: int = 9, **said: Any) -> None:
    """The ad server says, now, what an hour of a day cost: another time corrects it. `impressions`
    and `clicks` are 100 and 10 times the fen unless they are `said`."""
    hour_at = clock.start_of(on) + timedelta(hours=hour)
    row = DeliveryHour.objects.of(boost).filter(hour_at=hour_at).first()
    stood = hours.stand(row) if row else None
    row = row or DeliveryHour(
        boost=boost, hour_at=hour_at, on=on, revision=0, is_final=False, refusal=""
    )
    row.revision += 1
    row.impressions, row.clicks = said.get("impressions", 100 * fen), said.get("clicks", 10 * fen)
    row.spend_fen = row.captured_fen = fen
    row.refused_fen = 0
    row.save()
    hours.change(row, stood, None, _moment(said)).save()
    spending.sum_up(boost, list(hours.of(boost).values()))


def paid(about: Note | Boost | Campaign, on: date, fen: int, **said: Any) -> Cost:
    """The owner records that so much was paid outside for a note, a boost or a campaign: the fee of
    a creator, unless it is `said` otherwise."""
    told: dict[str, Any] = {
        "note": about if isinstance(about, Note) else None,
        "boost": about if isinstance(about, Boost) else None,
        "campaign": about if isinstance(about, Campaign) else None,
        "channel": Channel.CREATOR,
        "kind": CostKind.CREATOR_FEE,
        "on": on,
        "amount_fen": fen,
        "reference": "",
        **said,
    }
    owner = User.objects.get(pk=_owner_of(about.merchant))
    return costs.record(about.merchant, key=uuid4(), by=owner, **told)


def assumed(merchant: Merchant, from_on: date, **permille: int | None) -> None:
    """The owner says, in per mille, what he assumes from a day on: by default a margin of 40 %,
    10 % of returns and a commission of 5 %."""
    said = {"margin": 400, "return_rate": 100, "platform_commission": 50} | permille
    owner = User.objects.get(pk=_owner_of(merchant))
    for what, share in said.items():
        economics.assume(
            merchant, Assumed(what), permille=share, from_on=from_on, source="Books", by=owner
        )


def _moment(said: dict[str, Any]) -> datetime:
    moment: datetime = said.get("at") or clock.now()
    return moment


def _owner(note: Note) -> int:
    return _owner_of(note.merchant)


def _owner_of(merchant: Merchant) -> int:
    return merchant.team.memberships.earliest("pk").user_id


def _fund(source: FundingSource) -> Fund:
    code = f"of-{source}".replace("_", "-")
    if found := Fund.objects.filter(code=code).first():
        return found
    account = ledger.account_of(AccountKind.FUND, code)
    return Fund.objects.create(code=code, name_zh=code, name_en=code, account=account)
