"""Fact tables become partitioned by month of `on`; `<table>_other` takes what no month takes."""

from django.db import migrations

TABLES = ("reports_creditfact", "reports_conversionfact", "reports_touchfact")
FORWARDS = """
ALTER TABLE {table} RENAME TO {table}_plain;
CREATE TABLE {table} (LIKE {table}_plain) PARTITION BY RANGE ("on");
DROP TABLE {table}_plain;
ALTER TABLE {table} ADD PRIMARY KEY ("on", report_day_id, "row");
CREATE TABLE {table}_other PARTITION OF {table} DEFAULT;
"""
BACKWARDS = """
ALTER TABLE {table} RENAME TO {table}_parted;
CREATE TABLE {table} (LIKE {table}_parted);
INSERT INTO {table} SELECT * FROM {table}_parted;
DROP TABLE {table}_parted;
ALTER TABLE {table} ADD PRIMARY KEY ("on", report_day_id, "row");
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_default_sources")]

    operations = [
        migrations.RunSQL(FORWARDS.format(table=table), BACKWARDS.format(table=table))
        for table in TABLES
    ]
