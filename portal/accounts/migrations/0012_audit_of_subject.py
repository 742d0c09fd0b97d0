"""The newest act upon a row, which is its version, stands first in the index."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # They are made beside the work of the day: no transaction, no lock.
    atomic = False

    dependencies = [("accounts", "0011_found_by_pairs")]

    operations = [
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(fields=["subject", "-id"], name="audit_of_subject"),
        ),
        RemoveIndexConcurrently(
            model_name="auditentry",
            name="accounts_au_subject_1f5ff6_idx",
        ),
    ]
