"""The queue finds the merchants that wait by an index of them alone."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("merchants", "0012_looks_of_names")]

    operations = [
        AddIndexConcurrently(
            "merchant",
            models.Index(
                fields=["submitted_at"],
                condition=models.Q(status="submitted"),
                name="merchant_waiting",
            ),
        ),
    ]
