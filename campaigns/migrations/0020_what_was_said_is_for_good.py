"""What an ad server said, what came of it and what it was answered is for good. ADR 0137, 0138."""

from django.db import migrations

KEEP = """
CREATE TRIGGER delivery_row_is_for_good BEFORE UPDATE OR DELETE ON campaigns_deliveryrow
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse('a delivery row is for good');
CREATE TRIGGER delivery_row_is_never_emptied BEFORE TRUNCATE ON campaigns_deliveryrow
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('a delivery row is for good');
CREATE TRIGGER hour_change_is_for_good BEFORE UPDATE OR DELETE ON campaigns_hourchange
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse('the journal is for good');
CREATE TRIGGER hour_change_is_never_emptied BEFORE TRUNCATE ON campaigns_hourchange
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('the journal is for good');
CREATE TRIGGER delivery_answer_is_for_good BEFORE UPDATE ON campaigns_deliverymessage
    FOR EACH ROW WHEN (OLD.answer IS NOT NULL AND OLD.answer IS DISTINCT FROM NEW.answer)
    EXECUTE FUNCTION ledger_refuse('an answer is for good');
"""

UNDO = """
DROP TRIGGER delivery_row_is_for_good ON campaigns_deliveryrow;
DROP TRIGGER delivery_row_is_never_emptied ON campaigns_deliveryrow;
DROP TRIGGER hour_change_is_for_good ON campaigns_hourchange;
DROP TRIGGER hour_change_is_never_emptied ON campaigns_hourchange;
DROP TRIGGER delivery_answer_is_for_good ON campaigns_deliverymessage;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0019_delivery")]

    operations = [migrations.RunSQL(KEEP, UNDO)]
