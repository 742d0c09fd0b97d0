"""What the demo owner has paid outside for his notes, and what he assumes of his sales."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from campaigns.campaigns.models import Campaign
from campaigns.costs import economics, verbs
from campaigns.costs.economics import Assumed
from campaigns.costs.models import Channel, CostKind
from campaigns.costs.verbs import Said
from demo.people.cast import Cast
from demo.plan.period import business_day
from demo.plan.planned import PlannedMerchant, World
from demo.story.settling import Settled
from merchants.notes.models import Note

# Of so many notes the creator was paid, of some of them the samples as well.
PAID_NOTES, SAMPLED_NOTES = 5, 2
ASSUMED = [
    (Assumed.MARGIN, 450, "上季度财务报表"),
    (Assumed.RETURN_RATE, 80, "近三个月售后数据"),
    (Assumed.PLATFORM_COMMISSION, 50, "平台费率表"),
]


def tell(world: World, settled: Settled, cast: Cast, campaigns: dict[str, Campaign]) -> None:
    """Recorded when the period ends, as people do: at once, of all of it."""
    owned, owner = world.selling[0], cast.owners[world.merchants.index(world.selling[0])]
    merchant = settled.merchants[owned.slug]
    for key, said in _costs(world, owned, settled, campaigns.get(owned.slug)):
        verbs.record(merchant, key=key, by=owner, **said)
    for what, permille, source in ASSUMED:
        economics.assume(
            merchant, what, permille=permille, from_on=world.period.first_on, source=source,
            by=owner,
        )  # fmt: skip


def _costs(
    world: World, owned: PlannedMerchant, settled: Settled, campaign: Campaign | None
) -> Iterator[tuple[UUID, Said]]:
    dice = random.Random(f"{world.seed}:outside")  # noqa: S311
    notes = sorted(owned.notes, key=lambda note: note.published_at)[:PAID_NOTES]
    for number, planned in enumerate(notes):
        note, after = settled.notes[planned.external_id], business_day(planned.published_at)
        on = min(max(world.period.first_on, after + timedelta(days=1)), world.period.last_on)
        yield _key(dice), _said(note, CostKind.CREATOR_FEE, on, dice.randrange(30, 120) * 1_000)
        if number < SAMPLED_NOTES:
            yield _key(dice), _said(note, CostKind.SAMPLE, on, dice.randrange(5, 20) * 1_000)
    if campaign:
        fee: Said = {
            "note": None, "boost": None, "campaign": campaign, "channel": Channel.SEARCH,
            "kind": CostKind.AGENCY_FEE, "on": campaign.starts_on, "amount_fen": 200_000,
            "reference": "DK-2026-07",
        }  # fmt: skip
        yield _key(dice), fee


def _said(note: Note, kind: CostKind, on: date, amount_fen: int) -> Said:
    return {
        "note": note, "boost": None, "campaign": None, "channel": Channel.CREATOR, "kind": kind,
        "on": on, "amount_fen": amount_fen, "reference": "",
    }  # fmt: skip


def _key(dice: random.Random) -> UUID:
    return UUID(int=dice.getrandbits(128), version=4)
