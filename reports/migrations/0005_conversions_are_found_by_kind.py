"""A report reads one window and one kind of a day: find them by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0004_credit_is_found_by_model"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="conversionfact",
            index=models.Index(
                fields=["report_day_id", "window_days", "kind"], name="conversions_shown"
            ),
        ),
    ]
