"""The queue finds the payments that wait by an index of them alone."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0011_lists_by_key")]

    operations = [
        AddIndexConcurrently(
            "payment",
            models.Index(
                fields=["submitted_at"],
                condition=models.Q(status="waiting"),
                name="payment_waiting",
            ),
        ),
    ]
