"""What a line has set aside and spent stays with it, and so does the line. ADR 0135."""

from django.db import migrations

KEEP = """
CREATE TRIGGER line_keeps_its_accounts BEFORE UPDATE ON campaigns_fundingline
    FOR EACH ROW WHEN (
        OLD.account_id IS NOT NULL AND NEW.account_id IS DISTINCT FROM OLD.account_id
        OR OLD.spent_id IS NOT NULL AND NEW.spent_id IS DISTINCT FROM OLD.spent_id
    )
    EXECUTE FUNCTION ledger_refuse('what owns an account keeps it');
-- What was set aside is what was asked for.
CREATE TRIGGER line_with_an_account_is_for_good BEFORE UPDATE ON campaigns_fundingline
    FOR EACH ROW WHEN (
        OLD.account_id IS NOT NULL AND (
            NEW.amount_fen, NEW.boost_id, NEW.submission, NEW.source, NEW.fund_id
        ) IS DISTINCT FROM (
            OLD.amount_fen, OLD.boost_id, OLD.submission, OLD.source, OLD.fund_id
        )
    )
    EXECUTE FUNCTION ledger_refuse('a line that holds money is for good');
CREATE TRIGGER line_with_an_account_stays BEFORE DELETE ON campaigns_fundingline
    FOR EACH ROW WHEN (OLD.account_id IS NOT NULL OR OLD.spent_id IS NOT NULL)
    EXECUTE FUNCTION ledger_refuse('what owns an account stays');
"""

LET_GO = """
DROP TRIGGER line_keeps_its_accounts ON campaigns_fundingline;
DROP TRIGGER line_with_an_account_is_for_good ON campaigns_fundingline;
DROP TRIGGER line_with_an_account_stays ON campaigns_fundingline;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0016_money_moves_to_its_lines")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]
