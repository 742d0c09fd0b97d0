"""What the events of a batch name, read from the batch itself once the lake has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any

from portal.jobs import workspace
from reports.attribution import engine, kin
from reports.attribution.days import BESIDE
from reports.events import naming
from reports.events.contract import TOUCHPOINTS
from reports.events.queries import Connection
from reports.events.sheets import Entries
from reports.lake import index
from reports.lake import tables as lake
from reports.sources.models import Batch, EventKind, Source, SourceKind

_DAY = timedelta(days=1)
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
    others = _of_others(batch.source, days)
    with _opened([*files, *chain.from_iterable(others.values())]) as connection:
        rows = _rows(connection, "named_notes", files, batch=batch.pk)
        overtaken = _overtaken(connection, batch, files, others)
    return Trace(
        notes={(note, day) for note, _boost, day in rows} | overtaken,
        boosts={(boost, day) for _note, boost, day in rows if boost},
    )


def _of_others(source: Source, days: set[date]) -> dict[str, list[str]]:
    """The files of each other source of such events, of the days and those beside them."""
    snapshot = lake.open_table(source.events)
    near = {day + step * _DAY for day in days for step in (-BESIDE, 0, BESIDE)}
    names = {lake.source_of(file) for file in lake.paths(snapshot)} - {source.code}
    found = {
        name: lake.of_days(lake.files_of_source(snapshot, name), near) for name in sorted(names)
    }
    return {name: files for name, files in found.items() if files}


def _overtaken(
    connection: Connection, batch: Batch, own: list[str], others: dict[str, list[str]]
) -> Days:
    """The notes that others named for the clicks of ours that a batch has, where its rows count in
    place of theirs. Of the files of others only those are read that the index knows these of."""
    if not own or not others:
        return set()
    source = batch.source
    lake.show(connection, source.events, own)
    with engine.beside(connection, source.events) as here:
        naming.prepare(here)
        engine.QUERIES.step(here, "news/signed_ids", batch=batch.pk)
        ids: Entries = here.table("signed_ids").order("entry").fetchnumpy()["entry"]
    found = [file for name, files in others.items() for file in _having(ids, name, files)]
    if not found:
        return set()
    lake.show(connection, source.events, found)
    is_ours = source.kind == SourceKind.LINKS
    told = engine.QUERIES.rows(
        connection, "news/overtaken_notes", source=source.code, is_ours=is_ours
    )
    return set(told)


def _having(ids: Entries, source: str, files: list[str]) -> list[str]:
    """Those of a source's files that are of days on which it may have some of the ids."""
    if not len(ids):
        return []
    keys = index.of_table(TOUCHPOINTS.name, source)[naming.KEYS]
    there = [(lake.below(file), lake.day_of(file)) for file in files]
    return lake.of_days(files, index.days_of(keys, ids, there))


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
