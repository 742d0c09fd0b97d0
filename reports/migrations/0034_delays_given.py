"""By which delay curves something was given out. Of what was before nobody wrote it down: those stay that
any answer may have been given by.
"""

import django.db.models.deletion
from django.db import migrations, models

GIVEN = """
INSERT INTO reports_delaysgiven (merchant_id, at, window_days)
SELECT g.merchant_id, c.at, c.window_days
FROM (SELECT DISTINCT d.at AS at, d.window_days AS window_days FROM reports_delaycurve AS d) AS c
JOIN (
    SELECT r.merchant_id AS merchant_id, max(r.given_at) AS given_at
    FROM reports_reportday AS r
    WHERE r.given_at IS NOT NULL
    GROUP BY r.merchant_id
) AS g ON g.given_at >= c.at
"""


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0013_merchants_that_wait"),
        ("reports", "0033_who_was_told_of_suspensions"),
    ]

    operations = [
        migrations.CreateModel(
            name="DelaysGiven",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("window_days", models.SmallIntegerField()),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="merchants.merchant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("at", "merchant", "window_days"), name="delays_given_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(GIVEN, migrations.RunSQL.noop),
    ]
