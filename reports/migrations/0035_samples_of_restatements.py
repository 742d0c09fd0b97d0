"""A restatement keeps what is sampled of its new numbers: the copy that said so may be thinned."""

from django.db import migrations, models

FILL = """
    UPDATE reports_restatement AS r
    SET samples = d.samples
    FROM reports_reportday AS d
    WHERE d.id = r.is_day AND d.samples <> '{}'
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0034_delays_given")]

    operations = [
        migrations.AddField(
            "restatement", "samples", models.JSONField(default=dict, db_default={})
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
