"""The same pairs of characters, made by a loop: several times as quick, for it begins no query."""

from django.db import migrations

LOOP = """
CREATE OR REPLACE FUNCTION portal_pairs(typed text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    folded text := upper(typed);
    pairs text[] := '{}';
BEGIN
    FOR place IN 1..length(folded) - 1 LOOP
        pairs := pairs || substr(folded, place, 2);
    END LOOP;
    RETURN pairs;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_invitation_ties_nobody")]

    # What is in the indexes stays true: only the way there is another.
    operations = [migrations.RunSQL(LOOP, migrations.RunSQL.noop)]
