"""When a boost that ended is settled: its last hours are told, or nobody waits for them now."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, Value

from campaigns.boosts import endings, funding, spans
from campaigns.boosts.models import Boost, BoostQuerySet
from campaigns.delivery.models import DeliveryHour, DeliveryRow, Serving
from campaigns.delivery.rows import AHEAD, HOUR
from portal import apart, clock


def settle_due() -> int:
    """Settle each boost that is due, in a transaction of its own; how many.

    One query finds them: those that nobody can tell of, those whose last word has come, and those
    of which it is waited for no longer.
    """
    due = _due(at=clock.now()).values_list("pk", flat=True)
    return sum(apart.each(due, _settle, called="boost", failed="Boosts that could not be settled"))


def note_last_word(boost: Boost) -> None:
    """Write down on the locked `boost` whether its last word has come, once it has ended: when it
    ends, and with all that is told of it. A correction that is not the last takes it back."""
    if boost.ended_at is None or boost.settled_at:
        return
    moment = None if hours_to_come(boost) else clock.now()
    Serving.objects.filter(boost=boost).update(last_word_at=moment)


def _due(*, at: datetime) -> BoostQuerySet:
    """Boosts that ended and may be settled at a moment, by what was noted; `is_due` has the last
    word."""
    waited = ExpressionWrapper(
        F("serving__ad_server__wait_hours") * Value(HOUR), output_field=DurationField()
    )
    return endings.unsettled().filter(
        Q(serving=None)
        | Q(serving__last_word_at__isnull=False)
        | Q(ended_at__lte=ExpressionWrapper(Value(at) - waited, output_field=DateTimeField()))
    )


def is_due(boost: Boost, *, at: datetime) -> bool:
    """Whether the ended `boost` may be settled at a moment."""
    if boost.ended_at is None:
        return False
    wait = wait_of(boost)
    # Where no ad server has it nobody can tell its hours.
    return wait is None or at >= boost.ended_at + wait or not hours_to_come(boost)


def wait_of(boost: Boost) -> timedelta | None:
    """How long the last hours of `boost` are waited for; None where no ad server has it."""
    serving = Serving.objects.filter(boost=boost).select_related("ad_server").first()
    return timedelta(hours=serving.ad_server.wait_hours) if serving else None


def hours_to_come(boost: Boost) -> list[datetime]:
    """The hours in which the boost was under way whose last word has not come, in their order.

    A word is the last if it came when the boost was under way in the hour no more: one of a pause
    says nothing of what came after it.
    """
    final = dict(
        DeliveryHour.objects.of(boost).filter(is_final=True).values_list("hour_at", "revision")
    )
    said = DeliveryRow.objects.filter(boost=boost, is_final=True).values_list(
        "hour_at", "revision", "message__received_at"
    )
    told = {hour_at: at for hour_at, revision, at in said if final.get(hour_at) == revision}
    return [
        hour_at
        for hour_at, until in under_way(boost).items()
        if hour_at not in told or told[hour_at] < until - AHEAD
    ]


def under_way(boost: Boost) -> dict[datetime, datetime]:
    """The first instants of the hours that the ended `boost` was under way in, in their order, and
    until when it was in each."""
    hours: dict[datetime, datetime] = {}
    for span in boost.spans.order_by("from_at"):
        hour_at = span.from_at.replace(minute=0, second=0, microsecond=0)
        to_at = min(span.to_at or clock.now(), boost.ends_at)
        # A span that ends as an hour begins has nothing of that hour.
        while hour_at < to_at:
            if spans.is_of(boost.day_part, hour_at):
                hours[hour_at] = min(to_at, hour_at + HOUR)
            hour_at += HOUR
    return hours


@transaction.atomic
def _settle(pk: int) -> bool:
    boost = Boost.locked(pk)
    moment = clock.now()
    if boost.settled_at or not is_due(boost, at=moment):
        return False
    funding.settle(boost, at=moment)
    return True
