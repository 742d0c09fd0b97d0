"""Indexes of the orders in which long lists are turned, and of what waits."""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # They are made beside the work of the day: no transaction, no lock.
    atomic = False

    dependencies = [
        ("jobs", "0004_request_id"),
        ("merchants", "0007_lists_by_key"),
        ("reports", "0007_touches_name_their_listing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="batch",
            index=models.Index(fields=["-received_at", "-id"], name="batch_by_moment"),
        ),
        AddIndexConcurrently(
            model_name="batch",
            index=models.Index(
                fields=["merchant", "-received_at", "-id"], name="batch_of_merchant"
            ),
        ),
        AddIndexConcurrently(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("state", "failed")), fields=["id"], name="batch_failed"
            ),
        ),
    ]
