"""The journal of decisions only grows. ADR 0150."""

from django.db import migrations

KEEP = """
CREATE FUNCTION review_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0]
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER decision_is_for_good BEFORE UPDATE OR DELETE ON review_decision
    FOR EACH ROW EXECUTE FUNCTION review_refuse('a decision is for good');
CREATE TRIGGER decision_is_never_emptied BEFORE TRUNCATE ON review_decision
    FOR EACH STATEMENT EXECUTE FUNCTION review_refuse('a decision is for good');
"""

UNDO = """
DROP FUNCTION review_refuse() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0001_decisions")]

    operations = [migrations.RunSQL(KEEP, UNDO)]
