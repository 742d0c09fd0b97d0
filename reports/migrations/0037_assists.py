"""Credit facts count assists: orders in which a note had a part that a model gave nothing for. Days
that are computed already do not know them until they are computed again; which of them credit no
order have none."""

from django.db import migrations, models

BEFORE = """
UPDATE reports_reportday AS d
SET has_assists = CASE WHEN EXISTS (
    SELECT 1 FROM reports_creditfact AS f
    WHERE f.report_day_id = d.id AND f."on" = d."on" AND f.kind = 'order'
) THEN FALSE END
"""
MODELS = ("last_touch", "first_touch")
OF_SUMS = [
    f"{model}_assists_{which}" for which in ("among_notes", "among_listings") for model in MODELS
]
OF_FACTS = [f"{model}_assists_{which}" for which in ("by_note", "by_listing") for model in MODELS]


class Migration(migrations.Migration):
    dependencies = [("reports", "0036_parts_of_runs")]

    operations = [
        *(
            migrations.AddField(table, name, models.IntegerField(null=True))
            for table, names in (("creditfact", [*OF_SUMS, *OF_FACTS]), ("creditsum", OF_SUMS))
            for name in names
        ),
        migrations.AddField(
            "reportday",
            "has_assists",
            models.BooleanField(db_default=False, default=True, null=True),
        ),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
    ]
