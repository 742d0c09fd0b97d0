"""What the clock does with boosts: start them on their first day, complete them after their last.

Each boost moves in its own transaction, so one that fails holds up no other. Run as often as you
like: a boost that has moved already is left alone.
"""

from collections.abc import Callable

from django.db import transaction

from campaigns.boosts import funding
from campaigns.boosts.models import Boost, BoostQuerySet, BoostStatus
from portal import clock


def start_due() -> int:
    """Start scheduled boosts whose first day has come; how many."""
    due = Boost.objects.filter(status=BoostStatus.SCHEDULED, starts_on__lte=clock.today())
    return _each(due, _start)


def complete_due() -> int:
    """Complete running boosts whose last day has passed and release what they hold; how many."""
    due = Boost.objects.filter(status=BoostStatus.RUNNING, ends_on__lt=clock.today())
    return _each(due, _complete)


def _each(due: BoostQuerySet, move: Callable[[Boost], None]) -> int:
    """Lock each boost that is still due and move it."""
    moved, failures = 0, []
    for pk in due.values_list("pk", flat=True):
        try:
            with transaction.atomic():
                boost = due.select_for_update(no_key=True).filter(pk=pk).first()
                if boost:
                    move(boost)
                    moved += 1
        except Exception as failure:
            failure.add_note(f"boost {pk}")
            failures.append(failure)
    if failures:
        raise ExceptionGroup("Boosts that could not move", failures)
    return moved


def _start(boost: Boost) -> None:
    boost.move_to(BoostStatus.RUNNING, by=None)


def _complete(boost: Boost) -> None:
    boost.move_to(BoostStatus.COMPLETED, by=None)
    funding.release(boost)
