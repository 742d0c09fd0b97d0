"""The days of a boost: sums of its hours, and whose money paid for them."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

from campaigns.boosts import lines
from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import Boost
from campaigns.delivery.models import SUMMED, DeliveryHour, SpendDay
from campaigns.funds.models import FundingSource

# What delivery promises about money; `manage.py ledger verify` proves it with the ledger's own.
PROMISES = Path(__file__).parent / "promises.sql"

_PAID_BY = {
    FundingSource.MERCHANT_CASH: "cash_fen",
    FundingSource.PLATFORM_GRANT: "platform_fen",
    FundingSource.PARTNER_GRANT: "partner_fen",
}


def sum_up(boost: Boost, hours: Sequence[DeliveryHour]) -> None:
    """Write the days of the locked `boost` that are other than they were; `hours` are all.

    A day may change by what came of an earlier one: that was paid before it, by the lines that
    pay first.
    """
    days = _days(boost, hours)
    stored = {day.on: _sums(day) for day in SpendDay.objects.of_boost(boost)}
    SpendDay.objects.bulk_create(
        [day for day in days if stored.get(day.on) != _sums(day)],
        update_conflicts=True,
        unique_fields=["boost", "on"],
        update_fields=list(SUMMED),
    )


def _days(boost: Boost, hours: Iterable[DeliveryHour]) -> list[SpendDay]:
    days: dict[date, SpendDay] = {}
    for hour in sorted(hours, key=lambda one: one.hour_at):
        day = days.setdefault(hour.on, _empty(boost, hour.on))
        for name in ("impressions", "clicks", "captured_fen", "refused_fen"):
            setattr(day, name, getattr(day, name) + getattr(hour, name))
    _name_payers(list(lines.of(boost)), list(days.values()))
    return list(days.values())


def _name_payers(paying: Sequence[FundingLine], days: Sequence[SpendDay]) -> None:
    """Split what `days`, in their order, captured among those who paid."""
    totals = [0]
    for day in days:
        totals.append(totals[-1] + day.captured_fen)
    shares = [lines.paid(paying, total_fen) for total_fen in totals]
    for day, (before, after) in zip(days, pairwise(shares), strict=True):
        for line in paying:
            name = _PAID_BY[FundingSource(line.source)]
            setattr(day, name, getattr(day, name) + after[line] - before[line])


def _empty(boost: Boost, on: date) -> SpendDay:
    return SpendDay(boost=boost, merchant_id=boost.merchant_id, on=on, **dict.fromkeys(SUMMED, 0))


def _sums(day: SpendDay) -> tuple[int, ...]:
    return tuple(getattr(day, name) for name in SUMMED)
