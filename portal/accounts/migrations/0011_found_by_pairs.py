"""Texts are found by their pairs of characters; no extension of PostgreSQL is needed."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from portal.sought import Joined, Pairs

PAIRS = """
CREATE FUNCTION portal_pairs(typed text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(substr(folded, place, 2)), '{}')
    FROM (SELECT upper(typed) AS folded) AS text_of,
        generate_series(1, length(folded) - 1) AS place
$$
"""


class Migration(migrations.Migration):
    # The index is made beside the work of the day: no transaction, no lock.
    atomic = False

    dependencies = [("accounts", "0010_lists_by_key")]

    operations = [
        migrations.RunSQL(PAIRS, "DROP FUNCTION portal_pairs(text)"),
        AddIndexConcurrently(
            model_name="auditentry",
            index=GinIndex(Pairs(Joined(models.F("label"))), name="audit_by_label"),
        ),
    ]
