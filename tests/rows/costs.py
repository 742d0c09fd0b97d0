"""Costs from outside, and what is assumed of the trade."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from campaigns.campaigns.models import Campaign
from campaigns.costs.economics import Assumed, Assumption
from campaigns.costs.models import Channel, Cost, CostKind
from portal import clock
from tests.rows import WORD, World
from tests.rows.money import boost
from tests.rows.people import person
from tests.rows.shops import note


def cost(world: World, number: int) -> Cost:
    """One of a boost of its own, in a campaign of its own."""
    made = boost(world, number)
    made.campaign = _campaign(world, number)
    made.save(update_fields=["campaign"])
    return _said(world, number, boost=made)


def cost_of_a_note(world: World, number: int) -> Cost:
    return _said(world, number, note=note(world, number), campaign=_campaign(world, number))


def version(world: World, number: int) -> Cost:
    """One more version of the cost of the world, which counts no more."""
    moment = clock.now()
    return _said(
        world, number, note=note(world, number), key=world["cost"].key, number=number + 2,
        recorded_at=moment, superseded_at=moment,
    )  # fmt: skip


def assumption(world: World, number: int) -> Assumption:
    return Assumption.objects.create(
        merchant=world["merchant"],
        what=Assumed.MARGIN,
        permille=number,
        from_on=clock.today() - timedelta(days=number),
        source=WORD,
        recorded_by=person(world, number),
    )


def _said(world: World, which: int, /, **of: Any) -> Cost:
    reference = f"{WORD}-{uuid4().hex}"
    fields: dict[str, Any] = {
        "channel": Channel.CREATOR,
        "kind": CostKind.CREATOR_FEE,
        "on": clock.today(),
        "amount_fen": 1_000 + which,
        "reference": reference,
        "reference_key": reference.casefold(),
        **of,
    }
    return Cost.objects.create(
        merchant=world["merchant"], recorded_by=person(world, which), **fields
    )


def _campaign(world: World, number: int) -> Campaign:
    return Campaign.objects.create(
        merchant=world["merchant"],
        name=f"{WORD} {number}",
        starts_on=clock.today(),
        ends_on=clock.today(),
        created_by=person(world, number),
        request_key=uuid4(),
    )
