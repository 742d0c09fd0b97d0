"""Credit facts and their sums have the models side by side as columns, and facts the day of the touch.

What is there is moved. On which day it was touched nobody wrote down: these report days are stale,
so that they are computed again, and say until then that they do not know.
"""

from django.db import migrations, models

MODELS = ("last_touch", "first_touch", "linear", "time_decay", "position_based")
# By size, so that rows have no holes.
CREATE = """
CREATE TABLE {table} (
    "on" date NOT NULL, "row" integer NOT NULL, report_day_id bigint NOT NULL,
    merchant_id bigint NOT NULL, {numbers} boost_id bigint, {micro},
    {days} window_days smallint NOT NULL,
    placement varchar(20) NOT NULL, store_kind varchar(10) NOT NULL, kind varchar(20) NOT NULL,
    {words} {fen}
) PARTITION BY RANGE ("on");
ALTER TABLE {table} ADD PRIMARY KEY ("on", report_day_id, "row");
"""
# The months of the old table are those of the new one. A lock of each table counts while a
# transaction runs, and there may be hundreds of months: they stand in one statement.
MONTHS = """
DO $$
DECLARE part text;
BEGIN
    FOR part IN
        SELECT substr(c.relname, length('{table}') + 1)
        FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = '{table}_rows'::regclass
    LOOP
        EXECUTE format('ALTER TABLE {table}%s RENAME TO {table}_rows%s', part, part);
        IF part ~ '^_[0-9]{{6}}$' THEN
            EXECUTE format('CREATE TABLE {table}%s PARTITION OF {table} FOR VALUES FROM (%L) TO (%L)',
                part, to_date(substr(part, 2), 'YYYYMM'),
                to_date(substr(part, 2), 'YYYYMM') + interval '1 month');
        ELSE
            EXECUTE format('CREATE TABLE {table}%s PARTITION OF {table} DEFAULT', part);
        END IF;
    END LOOP;
END $$;
"""
MOVE = """
INSERT INTO {table} ("on", report_day_id, "row", {keys}, {columns})
SELECT "on", report_day_id,
    row_number() OVER (PARTITION BY report_day_id ORDER BY window_days), {keys}, {sums}
FROM {table}_rows
GROUP BY "on", report_day_id, {keys}, value_fen IS NULL
ORDER BY report_day_id, window_days;
DROP TABLE {table}_rows;
"""
# The tables of before: a row for each model that gave something; beyond 64 bits a fact is unknown.
CREATE_ROWS = """
CREATE TABLE {table} (
    "on" date NOT NULL, report_day_id bigint NOT NULL, "row" integer NOT NULL,
    merchant_id bigint NOT NULL, {numbers} boost_id bigint, placement varchar(20) NOT NULL,
    store_kind varchar(10) NOT NULL, kind varchar(20) NOT NULL, {words}
    model varchar(20) NOT NULL, window_days smallint NOT NULL, credit_micro bigint NOT NULL,
    value_fen {fen}
) PARTITION BY RANGE ("on");
ALTER TABLE {table} ADD PRIMARY KEY ("on", report_day_id, "row");
"""
MOVE_BACK = """
INSERT INTO {table} ("on", report_day_id, "row", {keys}, model, credit_micro, value_fen)
SELECT f."on", f.report_day_id,
    row_number() OVER (PARTITION BY f.report_day_id ORDER BY m.model, f."row"),
    {facts}, m.model, m.micro,
    CASE WHEN abs(m.fen) <= {most} THEN m.fen END
FROM {table}_rows AS f
CROSS JOIN LATERAL (VALUES {models}) AS m (model, micro, fen)
WHERE m.micro IS NOT NULL;
DROP TABLE {table}_rows;
"""
STALE = """
UPDATE reports_reportday AS d
SET has_touch_days = FALSE,
    stale_at = CASE WHEN d.superseded_at IS NULL THEN coalesce(d.stale_at, now()) END
WHERE EXISTS (SELECT 1 FROM reports_creditfact AS f
              WHERE f."on" = d."on" AND f.report_day_id = d.id)
"""
SUMMED = ("merchant_id", "boost_id", "placement", "store_kind", "kind", "window_days")
FACTS = (*SUMMED, "listing_id", "note_id", "level")


def moved(table: str, keys: tuple[str, ...], *, numbers: str, days: str, words: str) -> str:
    """The statements that pivot the rows of a table."""
    columns = [f"{model}_{unit}" for unit in ("micro", "fen") for model in MODELS]
    sums = [
        f"sum({column}) FILTER (WHERE model = '{model}')"
        for column in ("credit_micro", "value_fen")
        for model in MODELS
    ]
    create = CREATE.format(
        table=table, numbers=numbers, days=days, words=words,
        micro=", ".join(f"{model}_micro bigint" for model in MODELS),
        fen=", ".join(f"{model}_fen numeric(38, 0)" for model in MODELS),
    )  # fmt: skip
    move = MOVE.format(
        table=table, keys=", ".join(keys), columns=", ".join(columns), sums=", ".join(sums)
    )
    rename = f"ALTER TABLE {table} RENAME TO {table}_rows;\n"
    return rename + create + MONTHS.format(table=table) + move


def moved_back(table: str, keys: tuple[str, ...], *, numbers: str, words: str, fen: str) -> str:
    """The statements that make a row for each model again. Facts of several touch days, which stood
    together before, stand apart."""
    create = CREATE_ROWS.format(table=table, numbers=numbers, words=words, fen=fen)
    move = MOVE_BACK.format(
        table=table,
        keys=", ".join(keys),
        facts=", ".join(f"f.{key}" for key in keys),
        most=2**63 - 1 if fen == "bigint" else 10**38 - 1,
        models=", ".join(f"('{model}', f.{model}_micro, f.{model}_fen)" for model in MODELS),
    )
    rename = f"ALTER TABLE {table} RENAME TO {table}_rows;\n"
    return rename + create + MONTHS.format(table=table) + move


def credit(*fields: tuple[str, "models.Field[object, object]"]) -> list[tuple[str, object]]:
    """The fields of a table of credit."""
    return [
        ("pk", models.CompositePrimaryKey("on", "report_day_id", "row", editable=False,
                                          primary_key=True, serialize=False)),
        ("on", models.DateField()),
        ("report_day_id", models.BigIntegerField()),
        ("row", models.IntegerField()),
        ("merchant_id", models.BigIntegerField()),
        *((f"{model}_micro", models.BigIntegerField(null=True)) for model in MODELS),
        *(
            (f"{model}_fen", models.DecimalField(decimal_places=0, max_digits=38, null=True))
            for model in MODELS
        ),
        *fields,
    ]  # fmt: skip


PARTS = [
    ("boost_id", models.BigIntegerField(null=True)),
    ("placement", models.CharField(max_length=20)),
    ("store_kind", models.CharField(max_length=10)),
    ("kind", models.CharField(max_length=20)),
    ("window_days", models.SmallIntegerField()),
]
INDEXES = {
    "creditfact": {
        "credit_shown": "report_day_id",
        "credit_of_note": "note_id",
        "credit_of_listing": "listing_id",
    },
    "creditsum": {"credit_sums_shown": "report_day_id"},
}


class Migration(migrations.Migration):
    dependencies = [("reports", "0015_unplaced")]

    operations = [
        *(
            migrations.RemoveIndex(model, name)
            for model, indexes in INDEXES.items()
            for name in indexes
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    moved(
                        "reports_creditfact", FACTS,
                        numbers="listing_id bigint NOT NULL, note_id bigint NOT NULL,"
                        " least_age_us bigint,",
                        days="touched_on date,",
                        words="level varchar(10) NOT NULL,",
                    ),
                    moved_back(
                        "reports_creditfact", FACTS,
                        numbers="listing_id bigint NOT NULL, note_id bigint NOT NULL,",
                        words="level varchar(10) NOT NULL,",
                        fen="bigint",
                    ),
                ),
                migrations.RunSQL(
                    moved("reports_creditsum", SUMMED, numbers="", days="", words=""),
                    moved_back(
                        "reports_creditsum", SUMMED, numbers="", words="", fen="numeric(40, 0)"
                    ),
                ),
            ],
            state_operations=[
                migrations.DeleteModel("CreditFact"),
                migrations.DeleteModel("CreditSum"),
                migrations.CreateModel(
                    name="CreditFact",
                    fields=credit(
                        ("touched_on", models.DateField(null=True)),
                        ("listing_id", models.BigIntegerField()),
                        ("note_id", models.BigIntegerField()),
                        *PARTS,
                        ("level", models.CharField(max_length=10)),
                        ("least_age_us", models.BigIntegerField(null=True)),
                    ),
                ),
                migrations.CreateModel(name="CreditSum", fields=credit(*PARTS)),
            ],
        ),
        *(
            migrations.AddIndex(model, models.Index(fields=[field, "window_days"], name=name))
            for model, indexes in INDEXES.items()
            for name, field in indexes.items()
        ),
        migrations.AddConstraint(
            "creditfact",
            models.CheckConstraint(
                condition=models.Q(least_age_us__gt=0), name="credit_after_its_touch"
            ),
        ),
        migrations.AlterField(
            "conversionfact",
            "value_fen",
            models.DecimalField(decimal_places=0, max_digits=38, null=True),
        ),
        migrations.AddField("reportday", "has_touch_days", models.BooleanField(db_default=True, default=True)),
        migrations.RunSQL(STALE, migrations.RunSQL.noop),
    ]  # fmt: skip
