"""Every account gets a key, and what owns it points at it. ADR 0053."""

import django.db.models.deletion
from django.db import migrations, models

# The trigger refuses every change of an account that is not a transfer's, and this is one. It is
# off between the two ALTERs only; the lock of the first keeps every other writer away until the
# migration commits, and a failure takes both back.
KEYS = """
ALTER TABLE campaigns_account DISABLE TRIGGER account_changes_by_transfer;
UPDATE campaigns_account AS account SET key = CASE account.kind
    WHEN 'bank' THEN 'bank'
    WHEN 'wallet' THEN 'wallet:' || account.merchant_id
    WHEN 'fund' THEN 'fund:' || (SELECT fund.code FROM campaigns_fund AS fund WHERE fund.id = account.fund_id)
    WHEN 'hold' THEN 'hold:boost:' || account.boost_id
END;
ALTER TABLE campaigns_account ENABLE TRIGGER account_changes_by_transfer;
"""

# The verb that makes a fund makes its account; a row that came another way gets one now.
MISSING = """
INSERT INTO campaigns_account (kind, key, fund_id, balance_fen)
SELECT 'fund', 'fund:' || fund.code, fund.id, 0 FROM campaigns_fund AS fund
WHERE NOT EXISTS (SELECT 1 FROM campaigns_account AS account WHERE account.fund_id = fund.id);
"""

OWNERS = """
UPDATE campaigns_boost AS boost SET hold_id = account.id
FROM campaigns_account AS account WHERE account.boost_id = boost.id;
UPDATE campaigns_fund AS fund SET account_id = account.id
FROM campaigns_account AS account WHERE account.fund_id = fund.id;
-- No table with a check still to come can be altered, and indexes follow.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_ledger_rules")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="key",
            field=models.CharField(max_length=80, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="boost",
            name="hold",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="boost",
                to="campaigns.account",
            ),
        ),
        migrations.AddField(
            model_name="fund",
            name="account",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fund",
                to="campaigns.account",
            ),
        ),
        migrations.RunSQL(KEYS + MISSING + OWNERS, migrations.RunSQL.noop),
    ]
