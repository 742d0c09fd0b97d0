"""A touch counts once for its note, with the listings that were live at it.

Facts that are there name one listing. Of notes with several, which of them were live is known to
the lake alone: their days are marked, so that they are computed anew. An index of arrays by listing
is not made: the listing's note finds them.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

ONE_BECOMES_MANY = """
ALTER TABLE reports_touchfact ALTER COLUMN listing_id TYPE bigint[] USING ARRAY[listing_id];
ALTER TABLE reports_touchfact RENAME COLUMN listing_id TO listing_ids;
ALTER TABLE reports_touchsum
    ALTER COLUMN placement TYPE varchar(20)[] USING ARRAY[placement],
    ALTER COLUMN store_kind TYPE varchar(10)[] USING ARRAY[store_kind];
ALTER TABLE reports_touchsum RENAME COLUMN placement TO placements;
ALTER TABLE reports_touchsum RENAME COLUMN store_kind TO store_kinds;
"""
MANY_BECOME_ONE = """
ALTER TABLE reports_touchfact ALTER COLUMN listing_ids TYPE bigint USING listing_ids[1];
ALTER TABLE reports_touchfact RENAME COLUMN listing_ids TO listing_id;
ALTER TABLE reports_touchsum
    ALTER COLUMN placements TYPE varchar(20) USING placements[1],
    ALTER COLUMN store_kinds TYPE varchar(10) USING store_kinds[1];
ALTER TABLE reports_touchsum RENAME COLUMN placements TO placement;
ALTER TABLE reports_touchsum RENAME COLUMN store_kinds TO store_kind;
"""
STALE = """
UPDATE reports_reportday AS d
SET stale_at = now()
WHERE d.superseded_at IS NULL AND d.stale_at IS NULL AND EXISTS (
    SELECT 1
    FROM reports_touchfact AS f
    JOIN merchants_listing AS l ON l.note_id = f.note_id AND l.id <> ALL(f.listing_ids)
    WHERE f.report_day_id = d.id AND f."on" = d."on"
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0005_waits_since_a_moment"),
        ("reports", "0016_credit_by_model_columns"),
    ]

    operations = [
        migrations.RemoveIndex("touchfact", "touches_of_listing"),
        migrations.AlterField(
            "touchfact", "placement", models.CharField(default="", max_length=20)
        ),
        migrations.RemoveField("touchfact", "placement"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ONE_BECOMES_MANY, MANY_BECOME_ONE)],
            state_operations=[
                migrations.RemoveField("touchfact", "listing_id"),
                migrations.AddField(
                    "touchfact", "listing_ids", ArrayField(models.BigIntegerField())
                ),
                migrations.RemoveField("touchsum", "placement"),
                migrations.AddField(
                    "touchsum", "placements", ArrayField(models.CharField(max_length=20))
                ),
                migrations.RemoveField("touchsum", "store_kind"),
                migrations.AddField(
                    "touchsum", "store_kinds", ArrayField(models.CharField(max_length=10))
                ),
            ],
        ),
        migrations.RunSQL(STALE, migrations.RunSQL.noop),
    ]
