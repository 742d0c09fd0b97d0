"""What the events of a batch name, read from the batch itself once the lake has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.jobs import workspace
from reports.attribution import engine, kin
from reports.events.queries import Connection
from reports.lake import tables as lake
from reports.sources.models import Batch, EventKind, Source

Days = set[tuple[str, date]]


@dataclass(frozen=True)
class Trace:
    """Ids that events name, each with the business day of the event.

    `refunds` are the stores and days of refunds whose numbers the batch changes, `refunded` the
    stores and days of orders and of the refunds that name them.
    """

    notes: Days = field(default_factory=set)
    boosts: Days = field(default_factory=set)
    stores: Days = field(default_factory=set)
    refunds: Days = field(default_factory=set)
    refunded: set[tuple[str, date, date]] = field(default_factory=set)


def traced(batch: Batch, days: set[date]) -> Trace:
    """What a committed batch with events of these `days` names."""
    if not days:
        return Trace()
    if batch.source.events == EventKind.TOUCHPOINTS:
        return _touchpoints(batch, days)
    return _conversions(batch, days)


def _touchpoints(batch: Batch, days: set[date]) -> Trace:
    files = lake.of_days(_files(batch.source.events, {batch.source.code}), days)
    with _opened(files) as connection:
        rows = _rows(connection, "named_notes", files, batch=batch.pk)
    return Trace(
        notes={(note, day) for note, _boost, day in rows},
        boosts={(boost, day) for _note, boost, day in rows if boost},
    )


def _conversions(batch: Batch, days: set[date]) -> Trace:
    source = batch.source
    same_place = Source.objects.filter(events=source.events, marketplace=source.marketplace)
    every = _files(source.events, set(same_place.values_list("code", flat=True)))
    with _opened(every) as connection:
        files = _near(connection, batch, days, every)
        stores = _rows(connection, "named_stores", files, batch=batch.pk, source=source.code)
        refunds = _rows(connection, "touched_refunds", files, batch=batch.pk, source=source.code)
        refunded = _rows(connection, "refunded_orders", files, batch=batch.pk)
    return Trace(stores=set(stores), refunds=set(refunds), refunded=set(refunded))


def _files(events: str, sources: set[str]) -> list[str]:
    snapshot = lake.open_table(events)
    return [file for source in sorted(sources) for file in lake.files_of_source(snapshot, source)]


@contextmanager
def _opened(files: list[str]) -> Iterator[Connection]:
    """An engine that reads these files: it takes longer to begin than to say what a batch names."""
    with (
        workspace.folder("news") as work_dir,
        engine.session(reads=files, work_dir=work_dir) as connection,
    ):
        yield connection


def _near(connection: Connection, batch: Batch, days: set[date], files: list[str]) -> list[str]:
    """The files of the days that the batch has rows of, has left, or has kin on."""
    own = lake.of_days(files, days)
    if not own:
        return []
    named = lake.readable(own)
    engine.QUERIES.step(connection, "kin/sent/kin_names", files=named, batch=batch.pk)
    return sorted({*own, *kin.files_of(connection, files)})


def _rows(connection: Connection, name: str, files: list[str], **params: str | int) -> list[Any]:
    if not files:
        return []
    named = lake.readable(files)
    return engine.QUERIES.rows(connection, f"news/{name}", files=named, **params)
