"""Telling both sides of spend that the platform did not take: the first of a business day at once,
what it rose to after the day is over, and the last of it when the boost is settled. ADR 0175."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from campaigns.boosts.models import Boost
from campaigns.boosts.signals import settled
from campaigns.delivery import announcing
from campaigns.delivery.models import Serving
from portal import apart, clock
from portal.accounts import audit


def listen() -> None:
    """Hear of boosts that are settled; called once, when the app is ready."""
    settled.connect(_on_settled, sender=Boost, dispatch_uid="delivery.refusing")


def tell(boost: Boost) -> None:
    """The refused spend of the locked `boost` rose: write it down or, where that was done today,
    note that there is more.

    The ad server reads it of every row in its answer, too; people by the notice of the act.
    """
    today = clock.today()
    # Under the boost's lock, so two messages at once do not tell twice.
    serving = Serving.objects.filter(boost=boost)
    if serving.exclude(refused_told_on=today).update(refused_told_on=today):
        _write_down(boost)
    else:
        serving.update(refused_rose=True)


def tell_rest() -> int:
    """Tell of what rose on a day that is over, after it was told of first; of how many boosts.

    Each in a transaction of its own. A rise of today was told today: none is found here.
    """
    found = _untold().values_list("boost", flat=True)
    failed = "Refused spend that nobody could be told of"
    return sum(apart.each(found, _tell_rest, called="boost", failed=failed))


def _untold() -> QuerySet[Serving]:
    """Those that rose: few, however many were told ever."""
    return Serving.objects.filter(refused_rose=True, refused_told_on__lt=clock.today()).order_by(
        "boost"
    )


@transaction.atomic
def _tell_rest(pk: int) -> bool:
    boost = Boost.locked(pk)
    # Under the boost's lock: another look may have told it, or a correction taken it back.
    risen = _untold().filter(boost=pk)
    if risen.filter(refused_told_fen__lt=boost.refused_fen).exists():
        _write_down(boost)
        return True
    risen.update(refused_rose=False)
    return False


def _on_settled(sender: type[Boost], *, boost: Boost, **signal: Any) -> None:
    """What was told last is what is never paid, corrections downwards included."""
    told = Serving.objects.filter(boost=boost, refused_told_on__isnull=False)
    if told.exclude(refused_told_fen=boost.refused_fen).exists():
        _write_down(boost)


def _write_down(boost: Boost) -> None:
    Serving.objects.filter(boost=boost).update(
        refused_told_fen=boost.refused_fen, refused_rose=False
    )
    audit.record(
        "boost.spend_refused",
        boost,
        by=None,
        team=boost.audit_team(),
        new={"refused_fen": boost.refused_fen},
    )
    announcing.refused(boost)
