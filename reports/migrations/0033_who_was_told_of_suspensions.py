"""Which merchants were told of suspensions of data: of those before, whom they concerned when they were
made.
"""

import django.db.models.deletion
from django.db import migrations, models

TOLD = """
INSERT INTO reports_suspensiontold (suspension_id, merchant_id, at)
SELECT d.id, t.merchant_id, min(s.since)
FROM reports_datasuspension AS d
JOIN reports_suspendedstore AS s ON s.suspension_id = d.id AND s.since < d.suspended_at + interval '1 minute'
JOIN merchants_store AS t ON t.id = s.store_id AND t.status = 'verified'
GROUP BY d.id, t.merchant_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0013_merchants_that_wait"),
        ("reports", "0032_facts_of_samples_looked_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="SuspensionTold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="merchants.merchant",
                    ),
                ),
                (
                    "suspension",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reports.datasuspension",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("suspension", "merchant"), name="told_of_a_suspension_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(TOLD, migrations.RunSQL.noop),
    ]
