"""Indexes of the orders in which long lists are turned, and of what waits."""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # They are made beside the work of the day: no transaction, no lock.
    atomic = False

    dependencies = [
        ("campaigns", "0010_references_as_they_are_meant"),
        ("merchants", "0007_lists_by_key"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="boost",
            index=models.Index(fields=["merchant", "-id"], name="boost_of_merchant"),
        ),
        AddIndexConcurrently(
            model_name="boost",
            index=models.Index(
                condition=models.Q(("status", "submitted")),
                fields=["submitted_at"],
                name="boost_waiting",
            ),
        ),
    ]
