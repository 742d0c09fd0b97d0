"""Bytes of the credit facts of a day of 1,000 merchants, against a row for each model.

The day is the last of the month of the attribution benchmark at a tenth of its size, so that every
window is full. The same credit is written into PostgreSQL twice, with every index and with the
sums of the day: as facts are now, the models side by side and the day of the touch among them, and
as they were, a row for each model and no day of the touch.
"""

import argparse
import io
import os
from pathlib import Path
from typing import Any

from bench.attribution import folder_of, make_world, relations
from bench.measure import machine

SCALE, MERCHANTS = 0.1, 1_000
OLD = """
CREATE TEMP TABLE old_facts ("on" date, report_day_id bigint, "row" int, merchant_id bigint,
    listing_id bigint, note_id bigint, boost_id bigint, placement varchar(20),
    store_kind varchar(10), kind varchar(20), level varchar(10), model varchar(20),
    window_days smallint, credit_micro bigint, value_fen bigint,
    PRIMARY KEY ("on", report_day_id, "row"));
CREATE INDEX ON old_facts (report_day_id, model, window_days);
CREATE INDEX ON old_facts (note_id, model, window_days);
CREATE INDEX ON old_facts (listing_id, model, window_days);
INSERT INTO old_facts
SELECT "on", report_day_id, row_number() OVER (PARTITION BY report_day_id), merchant_id, listing_id,
    note_id, boost_id, placement, store_kind, kind, level, model, window_days, sum(micro), sum(fen)
FROM new_facts CROSS JOIN LATERAL (VALUES {models}) AS side (model, micro, fen)
WHERE micro IS NOT NULL
GROUP BY "on", report_day_id, merchant_id, listing_id, note_id, boost_id, placement, store_kind,
    kind, level, model, window_days, fen IS NULL
ORDER BY window_days, merchant_id, model, listing_id;
CREATE TEMP TABLE old_sums ("on" date, report_day_id bigint, "row" int, merchant_id bigint,
    boost_id bigint, placement varchar(20), store_kind varchar(10), kind varchar(20),
    model varchar(20), window_days smallint, credit_micro bigint, value_fen numeric(40, 0),
    PRIMARY KEY ("on", report_day_id, "row"));
CREATE INDEX ON old_sums (report_day_id, model, window_days);
INSERT INTO old_sums
SELECT "on", report_day_id, row_number() OVER (PARTITION BY report_day_id), merchant_id, boost_id,
    placement, store_kind, kind, model, window_days, sum(credit_micro), sum(value_fen)
FROM old_facts
GROUP BY "on", report_day_id, merchant_id, boost_id, placement, store_kind, kind, model,
    window_days, value_fen IS NULL;
"""


def main(args: list[str]) -> int:
    """Print rows by window and bytes of both; exit 1 when the new ones are more than half."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    parser = argparse.ArgumentParser(prog="python -m bench facts")
    parser.add_argument("--scale", type=float, default=SCALE)
    scale = parser.parse_args(args).scale
    world = folder_of(scale)
    make_world(world, scale)
    print(f"{machine()}; a day of {MERCHANTS:,} merchants, every window, five models")
    from django.core.management import call_command
    from django.db import connection, transaction

    call_command("migrate", verbosity=0)
    with transaction.atomic(), connection.cursor() as cursor:
        _write(cursor, world.resolve())
        for window_days, new, old in _rows(cursor):
            print(f"window {window_days:>2}: {new:>9,} rows, {old:>9,} before: {new / old:.2f}")
        size = {name: _bytes(cursor, name) for name in ("new_facts", "new_sums")}
        before = {name: _bytes(cursor, name) for name in ("old_facts", "old_sums")}
        transaction.set_rollback(True)
    for (name, now), was in zip(size.items(), before.values(), strict=True):
        print(f"{name[4:]:>9}: {now:>12,} bytes, {was:>12,} before: {now / was:.2f}")
    ratio = sum(size.values()) / sum(before.values())
    print(f"together: {ratio:.2f} of the bytes (aim 0.50)")
    return int(ratio > 0.5)


def _write(cursor: Any, world: Path) -> None:
    from reports.attribution.choices import Model

    models = ", ".join(f"('{model}', {model.micro}, {model.fen})" for model in Model)
    cursor.execute("CREATE TEMP TABLE new_facts (LIKE reports_creditfact INCLUDING ALL)")
    cursor.execute("CREATE TEMP TABLE new_sums (LIKE reports_creditsum INCLUDING ALL)")
    _copy(cursor, world)
    cursor.execute(OLD.format(models=models))
    statement = _sums().replace("reports_creditsum", "new_sums")
    statement = statement.replace("reports_creditfact", "new_facts")
    cursor.execute(
        statement,
        {"report_days": list(range(MERCHANTS)), "first_on": "1970-01-01", "last_on": "2100-01-01"},
    )


def _copy(cursor: Any, world: Path) -> None:
    """The facts of the last day; the report day of a merchant has its number."""
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    from bench.attribution_world import DAYS, START_US
    from reports.attribution import engine, samples
    from reports.attribution.choices import WINDOWS

    first = 0
    last_day = (START_US // 1_000_000 + 8 * 3600) // 86_400 + DAYS - 1
    span = {"first_day": last_day, "last_day": last_day}
    with relations(world, merchants=MERCHANTS) as lake:
        engine.prepare(lake, window_days=max(WINDOWS))
        samples.none(lake)
        for window_days in WINDOWS:
            engine.attribute(lake, window_days=window_days)
            facts = engine.QUERIES.batches(
                lake, "lake/credit_facts", rows=50_000, window_days=window_days, **span
            )
            for batch in facts:
                table = pa.table(batch)
                rows = pa.array(range(first, first + len(table)), pa.int32())
                first += len(table)
                for number, name in (("day", "on"), ("touched_day", "touched_on")):
                    day = table.column(number).combine_chunks().cast(pa.int32())
                    table = table.drop_columns([number]).append_column(name, day.view(pa.date32()))
                table = table.append_column("row", rows)
                table = table.append_column("report_day_id", table.column("merchant_id"))
                written = io.BytesIO()
                pa_csv.write_csv(table, written, pa_csv.WriteOptions(include_header=False))
                names = ", ".join(f'"{name}"' for name in table.schema.names)
                with cursor.copy(f"COPY new_facts ({names}) FROM STDIN (FORMAT csv)") as into:
                    into.write(written.getbuffer())


def _sums() -> str:
    from reports.attribution import day_sums

    return (Path(day_sums.__file__).parent / "postgres" / "credit_sums.sql").read_text()


def _rows(cursor: Any) -> list[tuple[int, int, int]]:
    cursor.execute(
        "SELECT window_days, n.rows, o.rows"
        " FROM (SELECT window_days, count(*) AS rows FROM new_facts GROUP BY 1) n"
        " JOIN (SELECT window_days, count(*) AS rows FROM old_facts GROUP BY 1) o"
        " USING (window_days) ORDER BY 1"
    )
    rows: list[tuple[int, int, int]] = cursor.fetchall()
    return rows


def _bytes(cursor: Any, table: str) -> int:
    """Rows and indexes."""
    cursor.execute("SELECT pg_total_relation_size(%s)", [table])
    return int(cursor.fetchone()[0])
