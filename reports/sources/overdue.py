"""What beat does about slices that are not closed when they are due: see breaches.py.

Each portion is told in a transaction of its own, and what was told is written in it: a look that is
killed half-way has told some and nobody twice, and the next one goes on.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from merchants.companies.models import Merchant
from portal import clock
from portal.accounts import audit
from reports.sources import kept, statements, unasked
from reports.sources.breaches import Breach, Warned, parts_of, say
from reports.sources.models import Source
from reports.sources.owed import due_at
from reports.sources.suspensions import DataSuspension

# So many merchants are told in one transaction, and in one look.
PORTION, MOST = 100, 2_000

# What one merchant waits for: his id, the slice, its source and day.
Concern = tuple[int, int, int, date]


def tell() -> None:
    """Tell of what is overdue since the last look, and of what was and is closed now."""
    _find_closed()
    _forget_unasked()
    _find_overdue()
    for step in (_end_some, _warn_some):
        for _portion in range(MOST // PORTION):
            if not step():
                break


def sweep() -> int:
    """Delete what merchants were told of long ago and that is over; how many rows went. What is
    still open stays: who was told of it hears when it is closed. What the platform was told stays
    as the history of its sources."""
    over = clock.now() - kept.LOOKED_AT
    swept, _by_model = Warned.objects.filter(over_at__lt=over).delete()
    named = Warned.objects.filter(breach=OuterRef("pk"))
    told = Breach.objects.exclude(merchant=None).filter(~Exists(named), said_at__lt=over)
    return swept + told.delete()[0]


@transaction.atomic
def _find_overdue() -> None:
    """Tell the platform of slices that nobody was told of."""
    moment = clock.now()
    # For data that are suspended altogether nobody asks the sender: everybody was told why.
    found = statements.run(
        "breach_found",
        reading=["begun_stores", "owed_slices", "unasked"],
        moment=moment,
        **kept.asked(lambda source: _due(source, moment)),
        **unasked.asked(),
    )
    for breach in _of_platform(found, is_over=False, moment=moment):
        audit.record("breach.found", breach, by=None)


def _due(source: Source, moment: datetime) -> Iterator[date]:
    """The days whose slices are to be closed by now, of those that are looked at: what nobody asked
    for in longer nobody is told of."""
    today = clock.day_of(moment)
    for back in range(kept.LOOKED_AT.days, -1, -1):
        on = today - timedelta(days=back)
        if due_at(on, source.rhythm, source.delay_days) <= moment:
            yield on


def _forget_unasked() -> None:
    """What people were told of and nobody waits for any more is told of anew once it is not
    suspended any more: meanwhile they were told that it is."""
    if not DataSuspension.objects.holding().exists():
        return
    statements.run(
        "breach_forgotten", reading=["begun_stores", "unasked", "open_breaches"], **_looked_at()
    )


@transaction.atomic
def _find_closed() -> None:
    """Tell the platform of slices that it was told are overdue, and that are closed."""
    moment = clock.now()
    found = statements.run("breach_over", moment=moment)
    for breach in _of_platform(found, is_over=True, moment=moment):
        audit.record("breach.over", breach, by=None)


def _of_platform(
    found: Iterable[tuple[Any, ...]], *, is_over: bool, moment: datetime
) -> Iterator[Breach]:
    """What it is told, for each source."""
    for part in parts_of((source, on) for source, _store, on in found):
        yield say([part], merchant=None, is_over=is_over, moment=moment)


@transaction.atomic
def _warn_some() -> bool:
    """Tell the next merchants what is overdue; whether there were any."""
    # Two looks at once would find the same merchants.
    Breach.objects.take_turn()
    moment = clock.now()
    found = statements.run(
        "breach_to_warn",
        reading=["begun_stores", "unasked", "open_breaches", "concerned"],
        today=clock.day_of(moment),
        **_looked_at(),
        most=PORTION,
    )
    for merchant, concerns in _by_merchant(found):
        breach = say(_parts(concerns), merchant=merchant, is_over=False, moment=moment)
        Warned.objects.bulk_create(
            Warned(merchant=merchant, slice_id=slice_id, breach=breach)
            for _merchant, slice_id, _source, _on in concerns
        )
        audit.record("breach.told", breach, by=None, team=merchant.team)
    return bool(found)


@transaction.atomic
def _end_some() -> bool:
    """Tell the next merchants what is closed of that which they were told is overdue."""
    moment = clock.now()
    found = statements.run("breach_to_end", moment=moment, most=PORTION)
    for merchant, concerns in _by_merchant(found):
        breach = say(_parts(concerns), merchant=merchant, is_over=True, moment=moment)
        audit.record("breach.ended", breach, by=None, team=merchant.team)
    return bool(found)


def _looked_at() -> dict[str, Any]:
    """The parameters of `open_breaches` and `unasked`: the days that are looked at still."""
    days = kept.until(clock.today(), kept.LOOKED_AT)
    return {"looked_from": days[0], **kept.asked(lambda source: days), **unasked.asked()}


def _by_merchant(found: list[tuple[Any, ...]]) -> Iterator[tuple[Merchant, list[Concern]]]:
    merchants = Merchant.objects.select_related("team").in_bulk({row[0] for row in found})
    concerns: list[Concern] = sorted((a, b, c, d) for a, b, c, d in found)
    for pk, own in groupby(concerns, key=lambda concern: concern[0]):
        yield merchants[pk], list(own)


def _parts(concerns: list[Concern]) -> list[dict[str, Any]]:
    return parts_of((source, on) for _merchant, _slice, source, on in concerns)
