"""The ledger's rules that live in the database. ADR 0050 says why they are here."""

from django.db import migrations

MOVE_MONEY = """
CREATE FUNCTION ledger_move_money() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Always in id order, so that two transfers never wait for each other.
    PERFORM 1 FROM campaigns_account
    WHERE id IN (NEW.source_id, NEW.target_id) ORDER BY id FOR NO KEY UPDATE;
    UPDATE campaigns_account SET balance_fen = balance_fen - NEW.amount_fen
    WHERE id = NEW.source_id RETURNING balance_fen INTO NEW.source_balance_fen;
    UPDATE campaigns_account SET balance_fen = balance_fen + NEW.amount_fen
    WHERE id = NEW.target_id RETURNING balance_fen INTO NEW.target_balance_fen;
    RETURN NEW;
END $$;
CREATE TRIGGER transfer_moves_money BEFORE INSERT ON campaigns_transfer
    FOR EACH ROW EXECUTE FUNCTION ledger_move_money();
"""

REFUSE = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0]
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER transfer_is_for_good BEFORE UPDATE OR DELETE ON campaigns_transfer
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse('a transfer is for good');
CREATE TRIGGER transfer_is_never_emptied BEFORE TRUNCATE ON campaigns_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('a transfer is for good');
CREATE TRIGGER account_starts_empty BEFORE INSERT ON campaigns_account
    FOR EACH ROW WHEN (NEW.balance_fen <> 0)
    EXECUTE FUNCTION ledger_refuse('an account starts at 0');
-- At depth 0 a person or a program updates the row; deeper, it is the transfer's own trigger.
CREATE TRIGGER account_changes_by_transfer BEFORE UPDATE OR DELETE ON campaigns_account
    FOR EACH ROW WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION ledger_refuse('only a transfer changes an account');
CREATE TRIGGER account_is_never_emptied BEFORE TRUNCATE ON campaigns_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('only a transfer changes an account');
"""

UNDO = """
DROP FUNCTION ledger_move_money() CASCADE;
DROP FUNCTION ledger_refuse() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]

    operations = [migrations.RunSQL(MOVE_MONEY + REFUSE, UNDO)]
