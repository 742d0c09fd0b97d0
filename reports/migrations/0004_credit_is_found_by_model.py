"""A report reads one model and one window of a day: find them by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0003_facts_by_month"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="creditfact",
            index=models.Index(
                fields=["report_day_id", "model", "window_days"], name="credit_shown"
            ),
        ),
    ]
