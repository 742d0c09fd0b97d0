"""How a boost ends, whoever ends it, and when what it has left goes back. ADR 0136.

What ends by itself or by its merchant keeps what is set aside until delivery has told its last
hours: nobody has an hour for nothing by stopping before it is told. When the platform ends a boost,
the rest goes back at once, and hours that are told later are the platform's.
"""

from datetime import datetime

from campaigns.boosts import funding, spans
from campaigns.boosts.models import Boost, BoostQuerySet, BoostStatus, EndCause
from portal import clock
from portal.accounts.models import User

AT_ONCE = frozenset({EndCause.PLATFORM, EndCause.CLOSING})


def end(boost: Boost, *, cause: EndCause, at: datetime, by: User | None, reason: str = "") -> Boost:
    """End the locked `boost` at the moment `at`, taken after the lock.

    It is settled in the same transaction when it never began, or by `cause`; see above. Raises
    TransitionError when it cannot end any more.
    """
    # Whoever acted since a closing came into force has no hour of it by that.
    began = spans.cut(boost, at) if cause == EndCause.CLOSING else spans.end(boost, at)
    boost.ended_at, boost.end_cause = at, cause
    over = BoostStatus.COMPLETED if cause == EndCause.PERIOD else BoostStatus.STOPPED
    boost.move_to(over, by=by, reason=reason)
    if not began or cause in AT_ONCE:
        # That is done now, however long ago it ended.
        funding.settle(boost, at=clock.now())
    return boost


def unsettled() -> BoostQuerySet:
    """Boosts that ended and hold what delivery may still cost, the longest ended first."""
    ended = Boost.objects.filter(ended_at__isnull=False, settled_at=None)
    return ended.order_by("ended_at", "pk")
