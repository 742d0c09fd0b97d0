"""The audit log only grows: PostgreSQL refuses to change or delete what stands in it."""

from django.db import migrations

FORBID = """
CREATE FUNCTION accounts_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is append-only.';
END $$;
CREATE TRIGGER accounts_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON accounts_auditentry FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_refuse();
"""
ALLOW = """
DROP TRIGGER accounts_audit_append_only ON accounts_auditentry;
DROP FUNCTION accounts_audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
