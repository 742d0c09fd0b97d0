"""Names and titles are found by their pairs of characters."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from portal.sought import Joined, Pairs

FOUND = [
    ("merchant", ["name", "code", "credit_code"]),
    ("note", ["title", "author_name", "external_id"]),
    ("product", ["title", "external_id"]),
    ("store", ["name", "external_id"]),
]


class Migration(migrations.Migration):
    # They are made beside the work of the day: no transaction, no lock.
    atomic = False

    dependencies = [("accounts", "0011_found_by_pairs"), ("merchants", "0007_lists_by_key")]

    operations = [
        AddIndexConcurrently(
            model_name=model,
            index=GinIndex(Pairs(Joined(*map(models.F, fields))), name=f"{model}_by_words"),
        )
        for model, fields in FOUND
    ]
