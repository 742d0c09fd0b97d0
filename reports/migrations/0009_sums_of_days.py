"""Sums of report days beside their facts, made for the days that are there; facts are found by note
and by listing."""

from django.db import migrations, models

MONTHS = """
DO $$
DECLARE month date;
BEGIN
    FOR month IN
        SELECT to_date(right(relname, 6), 'YYYYMM')
        FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'reports_creditfact'::regclass AND relname ~ '_[0-9]{{6}}$'
    LOOP
        EXECUTE format('CREATE TABLE {table}_%s PARTITION OF {table} FOR VALUES FROM (%L) TO (%L)',
            to_char(month, 'YYYYMM'), month, month + interval '1 month');
    END LOOP;
END $$;
"""
BY_MONTH = (
    """
ALTER TABLE {table} RENAME TO {table}_plain;
CREATE TABLE {table} (LIKE {table}_plain) PARTITION BY RANGE ("on");
DROP TABLE {table}_plain;
ALTER TABLE {table} ADD PRIMARY KEY ("on", report_day_id, "row");
CREATE TABLE {table}_other PARTITION OF {table} DEFAULT;
"""
    + MONTHS
)
CREDIT = """
INSERT INTO reports_creditsum ("on", report_day_id, "row", merchant_id, boost_id, placement,
    store_kind, kind, model, window_days, credit_micro, value_fen)
SELECT "on", report_day_id, row_number() OVER (PARTITION BY report_day_id), merchant_id,
    boost_id, placement, store_kind, kind, model, window_days, sum(credit_micro), sum(value_fen)
FROM reports_creditfact
GROUP BY "on", report_day_id, merchant_id, boost_id, placement, store_kind, kind, model,
    window_days, value_fen IS NULL
"""
TOUCHES = """
INSERT INTO reports_touchsum ("on", report_day_id, "row", merchant_id, boost_id, placement,
    store_kind, kind, touchpoints)
SELECT f."on", f.report_day_id, row_number() OVER (PARTITION BY f.report_day_id), f.merchant_id,
    f.boost_id, f.placement, s.kind, f.kind, sum(f.touchpoints)
FROM reports_touchfact AS f
JOIN merchants_listing AS l ON l.id = f.listing_id
JOIN merchants_product AS p ON p.id = l.product_id
JOIN merchants_store AS s ON s.id = p.store_id
GROUP BY f."on", f.report_day_id, f.merchant_id, f.boost_id, f.placement, s.kind, f.kind
"""
SUMMED = [
    ("boost_id", models.BigIntegerField(null=True)),
    ("placement", models.CharField(max_length=20)),
    ("store_kind", models.CharField(max_length=10)),
    ("kind", models.CharField(max_length=20)),
]


def fact(*fields: tuple[str, "models.Field[object, object]"]) -> list[tuple[str, object]]:
    """The fields of a table of facts, `fields` last."""
    return [
        ("pk", models.CompositePrimaryKey("on", "report_day_id", "row", editable=False,
                                          primary_key=True, serialize=False)),
        ("on", models.DateField()),
        ("report_day_id", models.BigIntegerField()),
        ("row", models.IntegerField()),
        ("merchant_id", models.BigIntegerField()),
        *fields,
    ]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("reports", "0008_lists_by_key")]

    operations = [
        # It had no column.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("touchfact", "listing")]
        ),
        migrations.CreateModel(
            name="CreditSum",
            fields=fact(
                *SUMMED,
                ("model", models.CharField(max_length=20)),
                ("window_days", models.SmallIntegerField()),
                ("credit_micro", models.BigIntegerField()),
                ("value_fen", models.DecimalField(decimal_places=0, max_digits=40, null=True)),
            ),
        ),
        migrations.CreateModel(
            name="TouchSum", fields=fact(*SUMMED, ("touchpoints", models.BigIntegerField()))
        ),
        *(
            migrations.RunSQL(BY_MONTH.format(table=table), migrations.RunSQL.noop)
            for table in ("reports_creditsum", "reports_touchsum")
        ),
        migrations.RunSQL(CREDIT, migrations.RunSQL.noop),
        migrations.RunSQL(TOUCHES, migrations.RunSQL.noop),
        migrations.AddIndex(
            "creditsum",
            models.Index(
                fields=["report_day_id", "model", "window_days"], name="credit_sums_shown"
            ),
        ),
        migrations.AddIndex(
            "creditfact",
            models.Index(fields=["note_id", "model", "window_days"], name="credit_of_note"),
        ),
        migrations.AddIndex(
            "creditfact",
            models.Index(fields=["listing_id", "model", "window_days"], name="credit_of_listing"),
        ),
        migrations.AddIndex("touchfact", models.Index(fields=["note_id"], name="touches_of_note")),
        migrations.AddIndex(
            "touchfact", models.Index(fields=["listing_id"], name="touches_of_listing")
        ),
    ]
