"""The clock finds the boosts that wait for it by indexes of them alone, however many are over."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0038_boosts_scheduled_at")]

    operations = [
        AddIndexConcurrently(
            "boost",
            models.Index(
                fields=["starts_at"],
                condition=models.Q(status="scheduled"),
                name="boost_scheduled",
            ),
        ),
        AddIndexConcurrently(
            "boost",
            models.Index(
                fields=["ends_at"],
                condition=models.Q(status="approved"),
                name="boost_approved",
            ),
        ),
    ]
