"""Facts into PostgreSQL: by COPY, tied to new report days that take the place of the old ones."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import connection, models, transaction

from portal import clock
from reports.attribution import day_sums
from reports.attribution.days import EPOCH, Facts
from reports.attribution.models import (
    ConversionFact,
    CreditFact,
    CreditSum,
    ReportDay,
    Run,
    TouchFact,
    TouchSum,
)

_TABLES: dict[str, type[models.Model]] = {
    "credit": CreditFact,
    "conversion": ConversionFact,
    "touch": TouchFact,
}
_SUMS: tuple[type[models.Model], ...] = (CreditSum, TouchSum)


def make_room(days: Iterable[date]) -> None:
    """Create the months' partitions of facts and their sums that are not there yet."""
    for month in sorted({day.replace(day=1) for day in days}):
        after = (month + timedelta(days=32)).replace(day=1)
        for model in (*_TABLES.values(), *_SUMS):
            _partition(model._meta.db_table, month, after)


def _partition(table: str, month: date, after: date) -> None:
    """A month that has rows in the default partition already stays there."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [table])
        cursor.execute(
            f'SELECT EXISTS (SELECT 1 FROM {table}_other WHERE "on" >= %s AND "on" < %s)',  # noqa: S608
            [month, after],
        )
        if not cursor.fetchone()[0]:
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS {table}_{month:%Y%m} PARTITION OF {table} "
                f"FOR VALUES FROM ('{month}') TO ('{after}')"
            )


def publish(
    run: Run,
    facts: Facts,
    *,
    merchants: list[int],
    days: list[date],
) -> None:
    """Add the run's report days and facts, and supersede the ones shown until now.

    Call it inside the transaction that holds the claim.
    """
    ReportDay.objects.take_turn()
    shown = ReportDay.objects.current().filter(merchant__in=merchants, on__in=days)
    moment = clock.no_earlier_than(shown.aggregate(last=models.Max("published_at"))["last"])
    shown.update(superseded_at=moment)
    added = ReportDay.objects.bulk_create(
        ReportDay(merchant_id=merchant, on=on, run=run, published_at=moment)
        for on in days
        for merchant in merchants
    )
    ids = {(day.merchant_id, (day.on - EPOCH).days): day.pk for day in added}
    for name, model in _TABLES.items():
        _copy(model, facts.rows[name], ids)
    day_sums.add(added)
    Run.objects.filter(pk=run.pk).update(published_at=moment)


def _copy(
    model: type[models.Model], rows: list[tuple[Any, ...]], ids: dict[tuple[int, int], int]
) -> None:
    columns = [field.column for field in model._meta.concrete_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    numbers: Counter[int] = Counter()
    statement = f"COPY {model._meta.db_table} ({names}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for day, merchant, *values in rows:
            report_day = ids.get((merchant, day))
            if report_day is not None:
                numbers[report_day] += 1
                on = EPOCH + timedelta(days=day)
                copy.write_row((on, report_day, numbers[report_day], merchant, *values))
