"""Indexes of the orders in which long lists are turned, and of what waits."""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # They are made beside the work of the day: no transaction, no lock.
    atomic = False

    dependencies = [
        ("accounts", "0010_lists_by_key"),
        ("notices", "0004_team_of_a_notice"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("read_at", None)), fields=["user"], name="notice_unread"
            ),
        ),
    ]
