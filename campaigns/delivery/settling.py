"""When a boost that ended is settled: its last hours are told, or nobody waits for them now."""

from datetime import datetime, timedelta

from django.db import transaction

from campaigns.boosts import endings, funding
from campaigns.boosts.models import Boost
from campaigns.delivery.models import DeliveryHour, Serving
from campaigns.delivery.rows import HOUR
from portal import clock


def settle_due() -> int:
    """Settle each boost that is due, in a transaction of its own; how many."""
    done, failures = 0, []
    for pk in endings.unsettled().values_list("pk", flat=True):
        try:
            done += _settle(pk)
        except Exception as failure:
            failure.add_note(f"boost {pk}")
            failures.append(failure)
    if failures:
        raise ExceptionGroup("Boosts that could not be settled", failures)
    return done


def is_due(boost: Boost, *, at: datetime) -> bool:
    """Whether the ended `boost` may be settled at a moment."""
    if boost.ended_at is None:
        return False
    serving = Serving.objects.filter(boost=boost).select_related("ad_server").first()
    if serving is None:
        return at >= boost.ended_at + endings.WAIT
    wait = timedelta(hours=serving.ad_server.wait_hours)
    return at >= boost.ended_at + wait or not hours_to_come(boost)


def hours_to_come(boost: Boost) -> list[datetime]:
    """The hours in which the boost was under way whose last word has not come, in their order."""
    final = DeliveryHour.objects.of(boost).filter(is_final=True)
    told = set(final.values_list("hour_at", flat=True))
    return [hour_at for hour_at in under_way(boost) if hour_at not in told]


def under_way(boost: Boost) -> list[datetime]:
    """The first instants of the hours that the ended `boost` was under way in, in their order."""
    hours: set[datetime] = set()
    for span in boost.spans.all():
        hour_at = span.from_at.replace(minute=0, second=0, microsecond=0)
        # A span that ends as an hour begins has nothing of that hour.
        while hour_at < (span.to_at or clock.now()):
            hours.add(hour_at)
            hour_at += HOUR
    return sorted(hours)


@transaction.atomic
def _settle(pk: int) -> bool:
    boost = Boost.locked(pk)
    moment = clock.now()
    if boost.settled_at or not is_due(boost, at=moment):
        return False
    funding.settle(boost, at=moment)
    return True
