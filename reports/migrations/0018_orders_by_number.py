"""Conversion facts count orders by number, items, and who is new. Days that are computed already do
not know them until they are computed again."""

from django.db import migrations, models

STALE = """
UPDATE reports_reportday AS d
SET stale_at = now()
WHERE d.superseded_at IS NULL AND d.stale_at IS NULL AND EXISTS (
    SELECT 1 FROM reports_conversionfact AS f
    WHERE f.report_day_id = d.id AND f."on" = d."on" AND f.kind IN ('order', 'visit')
)
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0017_touches_count_once")]

    operations = [
        *(
            migrations.AddField("conversionfact", name, models.BigIntegerField(null=True))
            for name in ("numbers", "units", "without_units", "newcomers", "maybe_newcomers")
        ),
        migrations.RunSQL(STALE, migrations.RunSQL.noop),
    ]
