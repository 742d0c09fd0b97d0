"""What the clock does with boosts: start them in their first hour, complete them after their last.

Each boost moves in its own transaction, so one that fails holds up no other. Run as often as you
like: a boost that has moved already is left alone.
"""

from collections.abc import Callable

from django.db import transaction

from campaigns.boosts import endings, spans
from campaigns.boosts.models import Boost, BoostQuerySet, BoostStatus, EndCause
from portal import apart, clock


def start_due() -> int:
    """Start scheduled boosts whose first hour has come; how many."""
    due = Boost.objects.filter(status=BoostStatus.SCHEDULED, starts_at__lte=clock.now())
    return _each(due, _start)


def start_if_due(boost: Boost) -> None:
    """Start the locked `boost` if it is scheduled and its first hour has come: who acts on it
    before the clock looks finds it begun."""
    if boost.status == BoostStatus.SCHEDULED and boost.starts_at <= clock.now():
        _start(boost)


def complete_due() -> int:
    """End running and paused boosts whose last hour has passed; how many."""
    under_way = (BoostStatus.RUNNING, BoostStatus.PAUSED)
    due = Boost.objects.filter(status__in=under_way, ends_at__lte=clock.now())
    return _each(due, _complete)


def _each(due: BoostQuerySet, move: Callable[[Boost], None]) -> int:
    """Lock each boost that is still due and move it."""

    @transaction.atomic
    def move_if_due(pk: int) -> bool:
        boost = due.select_for_update(no_key=True).filter(pk=pk).first()
        if boost:
            move(boost)
        return boost is not None

    keys = due.values_list("pk", flat=True)
    return sum(apart.each(keys, move_if_due, called="boost", failed="Boosts that could not move"))


def _start(boost: Boost) -> None:
    # From its first hour on, also when the clock slept: whoever delivers was told that hour. What
    # had its money in the middle of it, by an approval or a round, begins with that.
    spans.begin(boost, max(boost.starts_at, boost.scheduled_at or boost.starts_at))
    boost.move_to(BoostStatus.RUNNING, by=None)


def _complete(boost: Boost) -> None:
    endings.end(boost, cause=EndCause.PERIOD, at=boost.ends_at, by=None)
