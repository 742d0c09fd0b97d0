"""An account forgets boosts and funds, and neither can lose its account. ADR 0053."""

import django.db.models.deletion
from django.db import migrations, models

# Only on the way back: the old columns, empty again, learn their owners from the new ones.
KNOW_OWNERS_AGAIN = """
ALTER TABLE campaigns_account DISABLE TRIGGER account_changes_by_transfer;
UPDATE campaigns_account AS account SET boost_id = boost.id
FROM campaigns_boost AS boost WHERE boost.hold_id = account.id;
UPDATE campaigns_account AS account SET fund_id = fund.id
FROM campaigns_fund AS fund WHERE fund.account_id = account.id;
ALTER TABLE campaigns_account ENABLE TRIGGER account_changes_by_transfer;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

# While the account named its owner, its foreign key kept the owner and its trigger the name. Now
# that the owner names the account, these two say the same from the other side.
KEEP = """
CREATE TRIGGER boost_keeps_its_hold BEFORE UPDATE ON campaigns_boost
    FOR EACH ROW WHEN (OLD.hold_id IS NOT NULL AND NEW.hold_id IS DISTINCT FROM OLD.hold_id)
    EXECUTE FUNCTION ledger_refuse('what owns an account keeps it');
CREATE TRIGGER boost_with_a_hold_stays BEFORE DELETE ON campaigns_boost
    FOR EACH ROW WHEN (OLD.hold_id IS NOT NULL)
    EXECUTE FUNCTION ledger_refuse('what owns an account stays');
CREATE TRIGGER fund_keeps_its_account BEFORE UPDATE ON campaigns_fund
    FOR EACH ROW WHEN (NEW.account_id IS DISTINCT FROM OLD.account_id)
    EXECUTE FUNCTION ledger_refuse('what owns an account keeps it');
CREATE TRIGGER fund_stays BEFORE DELETE ON campaigns_fund
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse('what owns an account stays');
"""

LET_GO = """
DROP TRIGGER boost_keeps_its_hold ON campaigns_boost;
DROP TRIGGER boost_with_a_hold_stays ON campaigns_boost;
DROP TRIGGER fund_keeps_its_account ON campaigns_fund;
DROP TRIGGER fund_stays ON campaigns_fund;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_accounts_have_keys")]

    operations = [
        migrations.RemoveConstraint(model_name="account", name="account_names_its_owner"),
        migrations.RemoveConstraint(model_name="account", name="account_once_per_owner"),
        migrations.RunSQL(migrations.RunSQL.noop, KNOW_OWNERS_AGAIN),
        migrations.RemoveField(model_name="account", name="boost"),
        migrations.RemoveField(model_name="account", name="fund"),
        migrations.AlterField(
            model_name="account",
            name="key",
            field=models.CharField(max_length=80, unique=True),
        ),
        migrations.AlterField(
            model_name="account",
            name="merchant",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="wallet",
                to="merchants.merchant",
            ),
        ),
        migrations.AlterField(
            model_name="fund",
            name="account",
            field=models.OneToOneField(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fund",
                to="campaigns.account",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("key", "bank"), ("kind", "bank")),
                    models.Q(("key__startswith", "wallet:"), ("kind", "wallet")),
                    models.Q(("key__startswith", "fund:"), ("kind", "fund")),
                    models.Q(("key__startswith", "hold:"), ("kind", "hold")),
                    _connector="OR",
                ),
                name="account_key_begins_with_its_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "wallet"), ("merchant__isnull", False)),
                    models.Q(
                        models.Q(("kind", "wallet"), _negated=True), ("merchant__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="account_of_a_merchant_is_a_wallet",
            ),
        ),
        migrations.RunSQL(KEEP, LET_GO),
    ]
