"""Telling a merchant that its boost runs and spends nothing: after six hours, once a business day.

Hours of the day in which a boost is not shown count for nothing: one of the evening is idle when it
was for six hours of evenings, and the morning after tells nothing new of it.

Why is said by the first cause that `why_not` finds, with its number.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery

from campaigns.boosts import spans
from campaigns.boosts.asked import DayPart
from campaigns.boosts.models import Boost, BoostQuerySet, BoostStatus
from campaigns.boosts.spans import BoostSpan
from campaigns.delivery.models import DeliveryHour, Idle, SpendDay
from campaigns.delivery.rows import HOUR
from portal import apart, clock
from portal.accounts import audit

IDLE_AFTER = timedelta(hours=6)


def tell_due() -> int:
    """Tell of each boost that is idle and of which that was not told today; how many.

    Each in a transaction of its own, so that one that fails keeps no other from being told.
    """
    found = idle(at=clock.now()).values_list("pk", flat=True)
    failed = "Boosts that nobody could be told of"
    return sum(apart.each(found, _tell, called="boost", failed=failed))


def idle(*, at: datetime) -> BoostQuerySet:
    """Boosts under way without a break for IDLE_AFTER of their part of the day, of which no hour
    since then cost anything, but those of which that was told today."""
    silent = Q()
    for part in DayPart:
        since = spans.shown_since(part, at, long=IDLE_AFTER)
        under_way = BoostSpan.objects.filter(boost=OuterRef("pk"), to_at=None, from_at__lte=since)
        # An hour counts that has any part within.
        spent = DeliveryHour.objects.filter(
            boost=OuterRef("pk"), hour_at__gt=since - HOUR, captured_fen__gt=0
        )
        silent |= Q(Exists(under_way), ~Exists(spent), day_part=part)
    told = Idle.objects.filter(boost=OuterRef("pk"), told_on__gte=clock.day_of(at))
    running = Boost.objects.filter(status=BoostStatus.RUNNING, ends_at__gt=at)
    return running.filter(silent, ~Exists(told)).exclude(_is_done(at)).order_by("pk")


def _is_done(at: datetime) -> Q:
    """What spends nothing since nothing is left: of today, by its cap; of all its days, which is
    told once."""
    today = SpendDay.objects.filter(
        boost=OuterRef("pk"), on=clock.day_of(at), captured_fen__gte=OuterRef("daily_cap_fen")
    )
    spent = SpendDay.objects.filter(boost=OuterRef("boost"), captured_fen__gt=0)
    last_on = spent.order_by("-on").values("on")
    told = Idle.objects.filter(boost=OuterRef("pk"), told_on__gte=Subquery(last_on[:1]))
    return Q(Exists(today)) | Q(Exists(told), captured_fen__gte=F("budget_fen"))


@transaction.atomic
def _tell(pk: int) -> bool:
    boost = Boost.locked(pk)
    moment = clock.now()
    # Under the boost's lock: it may have ended, or spent, since it was found.
    if not idle(at=moment).filter(pk=pk).exists():
        return False
    Idle.objects.update_or_create(boost=boost, defaults={"told_on": clock.day_of(moment)})
    audit.record("boost.idle", boost, by=None, team=boost.audit_team())
    return True
