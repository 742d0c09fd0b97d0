"""Indexes of the orders in which long lists are turned, and of what waits."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # They are made beside the work of the day: no transaction, no lock.
    atomic = False

    dependencies = [
        ("accounts", "0009_mailcount"),
    ]

    operations = [
        RemoveIndexConcurrently(
            model_name="auditentry",
            name="accounts_au_team_id_94e0f1_idx",
        ),
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(fields=["-at", "-id"], name="audit_by_moment"),
        ),
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(fields=["verb", "-at", "-id"], name="audit_by_verb"),
        ),
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(fields=["team", "-at", "-id"], name="audit_of_team"),
        ),
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(fields=["team", "verb", "-at", "-id"], name="audit_of_team_by_verb"),
        ),
    ]
