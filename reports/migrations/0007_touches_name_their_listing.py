"""Touch facts can be asked for the listing they name; the database stays as it is."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0005_waits_since_a_moment"),
        ("reports", "0006_moments_by_the_clock"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="touchfact",
                    name="listing",
                    field=models.ForeignObject(
                        from_fields=["listing_id"],
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="merchants.listing",
                        to_fields=["id"],
                    ),
                ),
            ],
        ),
    ]
