"""Rows take their moments from `portal/clock.py`; the tables stay as they are."""

from django.db import migrations, models

import portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0002_categories_and_programmes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="listing",
            name="created_at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
        migrations.AlterField(
            model_name="merchant",
            name="created_at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
        migrations.AlterField(
            model_name="opening",
            name="created_at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
        migrations.AlterField(
            model_name="product",
            name="created_at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
        migrations.AlterField(
            model_name="store",
            name="created_at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
    ]
