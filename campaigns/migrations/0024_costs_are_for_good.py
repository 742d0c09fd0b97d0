"""A version of a cost is for good but for its end, and what was assumed is for good. ADR 0143, 0144."""

from django.db import migrations

KEEP = """
CREATE TRIGGER cost_is_for_good BEFORE UPDATE ON campaigns_cost
    FOR EACH ROW WHEN (
        OLD.superseded_at IS NOT NULL
        OR NEW.superseded_at IS NULL
        OR to_jsonb(OLD) - 'superseded_at' <> to_jsonb(NEW) - 'superseded_at'
    )
    EXECUTE FUNCTION ledger_refuse('a version of a cost is for good');
CREATE TRIGGER cost_is_never_deleted BEFORE DELETE ON campaigns_cost
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse('a version of a cost is for good');
CREATE TRIGGER cost_is_never_emptied BEFORE TRUNCATE ON campaigns_cost
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('a version of a cost is for good');
CREATE TRIGGER assumption_is_for_good BEFORE UPDATE OR DELETE ON campaigns_assumption
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse('what was assumed is for good');
CREATE TRIGGER assumption_is_never_emptied BEFORE TRUNCATE ON campaigns_assumption
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('what was assumed is for good');
"""

UNDO = """
DROP TRIGGER cost_is_for_good ON campaigns_cost;
DROP TRIGGER cost_is_never_deleted ON campaigns_cost;
DROP TRIGGER cost_is_never_emptied ON campaigns_cost;
DROP TRIGGER assumption_is_for_good ON campaigns_assumption;
DROP TRIGGER assumption_is_never_emptied ON campaigns_assumption;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0023_costs_from_outside")]

    operations = [migrations.RunSQL(KEEP, UNDO)]
