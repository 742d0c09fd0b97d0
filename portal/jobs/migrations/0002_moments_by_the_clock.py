"""Rows take their moments from `portal/clock.py`; the tables stay as they are."""

from django.db import migrations, models

import portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="created_at",
            field=models.DateTimeField(default=portal.clock.now),
        ),
    ]
