"""Indexes of the orders in which long lists are turned, and of what waits."""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # They are made beside the work of the day: no transaction, no lock.
    atomic = False

    dependencies = [
        ("merchants", "0006_store_ids_in_any_case"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="listing",
            index=models.Index(fields=["merchant", "-id"], name="listing_of_merchant"),
        ),
        AddIndexConcurrently(
            model_name="listing",
            index=models.Index(fields=["merchant", "status", "-id"], name="listing_by_status"),
        ),
        AddIndexConcurrently(
            model_name="note",
            index=models.Index(fields=["merchant", "-published_at", "-id"], name="note_by_moment"),
        ),
        AddIndexConcurrently(
            model_name="openingapplication",
            index=models.Index(fields=["-submitted_at", "-id"], name="application_by_moment"),
        ),
        AddIndexConcurrently(
            model_name="openingapplication",
            index=models.Index(
                condition=models.Q(("status", "submitted")),
                fields=["submitted_at"],
                name="application_waiting",
            ),
        ),
        AddIndexConcurrently(
            model_name="store",
            index=models.Index(fields=["-created_at", "-id"], name="store_by_moment"),
        ),
        AddIndexConcurrently(
            model_name="store",
            index=models.Index(
                condition=models.Q(("status", "verifying")),
                fields=["submitted_at"],
                name="store_waiting",
            ),
        ),
    ]
