"""Rows take their moments from `portal/clock.py`; the tables stay as they are."""

from django.db import migrations, models

import portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0005_conversions_are_found_by_kind"),
    ]

    operations = [
        migrations.AlterField(
            model_name="batch",
            name="received_at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
    ]
