"""What the clock does with boosts: start them, spend each day's share, complete them.

Each boost moves in its own transaction, so one that fails holds up no other. Run as often as you
like: a boost that has moved already is left alone.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from campaigns import ledger
from campaigns.models import Boost, BoostStatus


def start_due(*, today: date | None = None) -> int:
    """Start scheduled boosts whose first day has come; how many."""
    on = today or timezone.localdate()
    due = Boost.objects.filter(status=BoostStatus.SCHEDULED, starts_on__lte=on)
    return _each(due.values_list("pk", flat=True), _start, on)


def spend_due(*, today: date | None = None) -> int:
    """Spend the shares of the days that began, of every running boost; how many boosts."""
    on = today or timezone.localdate()
    due = Boost.objects.filter(status=BoostStatus.RUNNING, started_on__lte=on)
    return _each(due.exclude(spent_until_on__gte=on).values_list("pk", flat=True), _spend, on)


def complete_due(*, today: date | None = None) -> int:
    """Complete boosts whose last day has passed and release what they did not spend; how many."""
    on = today or timezone.localdate()
    due = Boost.objects.filter(status=BoostStatus.RUNNING, ends_on__lt=on)
    return _each(due.values_list("pk", flat=True), _complete, on)


def spend_days(boost: Boost, *, until_on: date) -> None:
    """Spend the shares of the locked boost's days up to `until_on` that are not yet spent."""
    if boost.started_on is None:
        return
    day = max(boost.started_on, boost.starts_on)
    if boost.spent_until_on:
        day = boost.spent_until_on + timedelta(days=1)
    while day <= min(until_on, boost.ends_on):
        ledger.spend(boost, on=day)
        boost.spent_until_on = day
        day += timedelta(days=1)
    boost.save(update_fields=["spent_until_on"])


def _each(pks: Iterable[int], move: Callable[[Boost, date], bool], on: date) -> int:
    moved, failures = 0, []
    for pk in pks:
        try:
            with transaction.atomic():
                moved += move(Boost.locked(pk), on)
        except Exception as failure:
            failure.add_note(f"boost {pk}")
            failures.append(failure)
    if failures:
        raise ExceptionGroup("Boosts that could not move", failures)
    return moved


def _start(boost: Boost, on: date) -> bool:
    if boost.status != BoostStatus.SCHEDULED:
        return False
    boost.started_on = on
    boost.move_to(BoostStatus.RUNNING, by=None)
    spend_days(boost, until_on=on)
    return True


def _spend(boost: Boost, on: date) -> bool:
    if boost.status != BoostStatus.RUNNING:
        return False
    spend_days(boost, until_on=on)
    return True


def _complete(boost: Boost, on: date) -> bool:
    if boost.status != BoostStatus.RUNNING or boost.ends_on >= on:
        return False
    spend_days(boost, until_on=boost.ends_on)
    boost.move_to(BoostStatus.COMPLETED, by=None)
    ledger.release(boost)
    return True
