"""Boosts that were seen to lead nowhere, for the next look. ADR 0161."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0053_appeals_end_by_a_closing"),
    ]

    operations = [
        migrations.CreateModel(
            name="LostBoost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                (
                    "boost",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lost",
                        to="campaigns.boost",
                    ),
                ),
            ],
        ),
    ]
