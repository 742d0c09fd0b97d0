"""What must be true of a lake and of report days after a story, whatever was done to the site."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow.parquet as pq

from bench.soak.story import Story

TABLES = ("touchpoints", "conversions")
_KEYS = {"touchpoints": "source, event_id", "conversions": "source, store_id, event_id"}


def faults(story: Story, accepted: dict[int, int]) -> list[str]:
    """What is lost, doubled or wrong; empty when all is well. `accepted` is by batch, of the files
    as they were made: of two that are taken in side by side either may be the first to tell of an
    event, so that their sums are compared."""
    from portal.jobs.models import Job
    from reports.sources.models import Batch

    batches = Batch.objects.filter(pk__in=accepted)
    found = {
        "batches not committed": batches.exclude(state="committed").count(),
        "rows counted as new that were not, or otherwise": sum(
            abs(count) for count in _beyond(batches, accepted).values()
        ),
        "batches that do not add up": sum(
            b.sent != b.accepted + b.duplicate + b.quarantined for b in batches
        ),
        "jobs that failed": Job.objects.filter(state="failed").count(),
        **_of_the_lake(story, {batch.pk: batch.accepted for batch in batches}),
        **_of_report_days(),
    }
    told = [f"{what}: {count}" for what, count in found.items() if count]
    differing = _of_facts(story)
    return [*told, *([f"{len(differing)} facts differ: {differing[0]}"] if differing else [])]


def _beyond(batches: Iterable[Any], accepted: dict[int, int]) -> Counter[int]:
    """By source: how many more rows were accepted than were new."""
    found: Counter[int] = Counter()
    for batch in batches:
        found[batch.source_id] += batch.accepted - accepted[batch.pk]
    return found


def _of_the_lake(story: Story, accepted: dict[int, int]) -> dict[str, int]:
    from reports.lake import tables as lake

    found: Counter[str] = Counter()
    brought: Counter[int] = Counter()
    for table in TABLES:
        added = lake.open_table(table).get_add_actions(flatten=True)
        files = lake.files(table)
        rows = sum(pq.ParquetFile(file).metadata.num_rows for file in files)
        found["rows that the log counts otherwise"] += abs(
            sum(added["num_records"].to_pylist()) - rows
        )
        with duckdb.connect() as con:
            con.execute("SET TimeZone = 'UTC'")
            lake.show(con, table, files)
            own = f"SELECT batch_id, COUNT(*) FROM stored_{table} WHERE kind IS NOT NULL GROUP BY 1"
            brought.update(dict(con.execute(own).fetchall()))
            twice = f"""SELECT COUNT(*) FROM (SELECT 1 FROM stored_{table} WHERE kind IS NOT NULL
                    GROUP BY {_KEYS[table]}, version HAVING COUNT(*) > 1)"""
            found["versions that are there twice"] += _number(con, twice)
            there = _rows(con, table)
        expected = _told(story, table)
        found["events lost"] += (expected - there).total()
        found["events doubled or never sent"] += (there - expected).total()
    wrong = {batch for batch in accepted if brought[batch] != accepted[batch]}
    found["batches of which other rows are in the lake"] = len(wrong)
    found["rows of nobody's batch"] = sum(n for b, n in brought.items() if b not in accepted)
    return found


def _number(con: duckdb.DuckDBPyConnection, asked: str) -> int:
    ((number,),) = con.execute(asked).fetchall()
    return int(number)


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> Counter[tuple[Any, ...]]:
    """What holds of each event; of reads of notes that nobody lists their ids alone."""
    columns = {
        "touchpoints": "event_id, note_id, kind",
        "conversions": "event_id, store_id, kind, value_fen, refund_of",
    }[table]
    asked = f"SELECT epoch_us(occurred_at), {columns} FROM lake_{table}"
    return Counter(row if _is_told(row) else row[1:2] for row in con.execute(asked).fetchall())


def _is_told(row: tuple[Any, ...]) -> bool:
    return not str(row[1]).startswith("o")


def _told(story: Story, table: str) -> Counter[tuple[Any, ...]]:
    if table == "touchpoints":
        rows: list[tuple[Any, ...]] = [
            (_us(t.occurred_at), t.event_id, t.note_id, t.kind) for t in story.touches.values()
        ]
        return Counter([*rows, *((name,) for name in story.others)])
    return Counter(
        (_us(c.occurred_at), c.event_id, story.stores[c.store_id], c.kind, c.value_fen, c.refund_of)
        for c in story.conversions.values()
    )


def _us(at: datetime) -> int:
    return round(at.astimezone(UTC).timestamp() * 1_000_000)


def _of_report_days() -> dict[str, int]:
    """Facts that belong to no report day and wait for no run, and days of which two are shown."""
    from django.db.models import Count

    from reports.attribution.drafts import Draft
    from reports.attribution.models import ReportDay
    from reports.attribution.publish import FACTS

    drafted = Draft.objects.exclude(report_day_id=None).values_list("report_day_id", flat=True)
    known = {*ReportDay.objects.values_list("pk", flat=True), *drafted}
    of_days = {
        day
        for model in FACTS.values()
        for day in model._default_manager.values_list("report_day_id", flat=True).distinct()
    }
    days = ReportDay.objects.current().values("merchant", "on").annotate(count=Count("pk"))
    return {
        "report days that facts are of and nobody knows": len(of_days - known),
        "days that are shown twice": days.filter(count__gt=1).count(),
    }


def _of_facts(story: Story) -> list[str]:
    """Every fact that is shown, of every window and model, against the reference."""
    from merchants.notes.models import Note
    from reports.attribution.models import ReportDay
    from reports.attribution.publish import FACTS
    from reports.attribution.tests import in_the_lake

    current = ReportDay.objects.current().values("pk")
    found: dict[str, Any] = {name: Counter() for name in FACTS}
    for name, sums in found.items():
        facts = FACTS[name]._default_manager.filter(report_day_id__in=current)
        in_the_lake.count(sums, name, list(facts.values()))
    notes = dict(Note.objects.values_list("external_id", "pk"))
    expected = in_the_lake.expected(
        story.worlds(), lambda ids: {name: notes.get(name) or int(name) for name in ids}
    )
    return in_the_lake.told_apart(found, expected)
