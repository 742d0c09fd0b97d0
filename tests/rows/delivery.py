"""Ad servers, what they sent, and hours that are not paid."""

from datetime import timedelta

from campaigns.delivery.models import (
    AdServer,
    DeliveryHour,
    DeliveryMessage,
    QuarantinedDelivery,
    SpendDay,
)
from campaigns.delivery.rows import Fault
from portal import clock
from portal.webhooks.models import Endpoint
from tests.rows import WORD, World
from tests.rows.money import boost


def endpoint(world: World, number: int) -> Endpoint:
    return Endpoint.objects.create(code=f"grown-{number}")


def ad_server(world: World, number: int) -> AdServer:
    return AdServer.objects.create(
        endpoint=endpoint(world, number), name_zh=WORD, name_en=WORD, is_active=False
    )


def message(world: World, number: int) -> DeliveryMessage:
    """One that the ad server of the world sent."""
    return DeliveryMessage.objects.create(
        ad_server=world["ad_server"], message_id=f"m{number}", sha256="0" * 64
    )


def kept_apart(world: World, number: int) -> QuarantinedDelivery:
    return QuarantinedDelivery.objects.create(
        message=message(world, number), place=1, reason=Fault.NOT_A_ROW, raw="{}"
    )


def refused_hour(world: World, number: int) -> DeliveryHour:
    """An hour of a boost of its own that was over the budget."""
    hour_at = clock.start_of(clock.today()) + timedelta(hours=number)
    return DeliveryHour.objects.create(
        boost=boost(world, number),
        hour_at=hour_at,
        on=clock.day_of(hour_at),
        revision=1,
        impressions=1,
        clicks=0,
        spend_fen=5,
        captured_fen=0,
        refused_fen=5,
        refusal="over_budget",
        is_final=False,
    )


def spend_day(world: World, number: int) -> SpendDay:
    """A day of the boost of the world, among those that its page asks for."""
    return SpendDay.objects.create(
        boost=world["boost"],
        merchant=world["merchant"],
        on=clock.today() - timedelta(days=number + 1),
        impressions=1,
        clicks=0,
        captured_fen=1,
        refused_fen=0,
        cash_fen=1,
        platform_fen=0,
        partner_fen=0,
    )
