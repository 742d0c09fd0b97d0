"""Funds count what each merchant and company has of them: what was drawn before counts, too.
ADR 0146. Run again it writes the same counts."""

from django.db import migrations

COUNT = """
INSERT INTO campaigns_fundtaker (fund_id, kind, key, taken_fen)
SELECT taken.fund_id, taken.kind, taken.key, sum(taken.fen)
FROM (
    SELECT
        line.fund_id, taker.kind, aside.balance_fen + coalesce(spent.balance_fen, 0) AS fen,
        CASE taker.kind
            WHEN 'merchant' THEN boost.merchant_id::text
            WHEN 'company' THEN substr(merchant.credit_code, 9, 9)
        END AS key
    FROM campaigns_fundingline AS line
    JOIN campaigns_boost AS boost ON boost.id = line.boost_id
    JOIN merchants_merchant AS merchant ON merchant.id = boost.merchant_id
    JOIN campaigns_account AS aside ON aside.id = line.account_id
    LEFT JOIN campaigns_account AS spent ON spent.id = line.spent_id
    CROSS JOIN (VALUES ('merchant'), ('company')) AS taker (kind)
    WHERE line.fund_id IS NOT NULL
) AS taken
GROUP BY taken.fund_id, taken.kind, taken.key
ON CONFLICT (fund_id, kind, key) DO UPDATE SET taken_fen = excluded.taken_fen;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0025_fund_terms")]

    operations = [migrations.RunSQL(COUNT, migrations.RunSQL.noop)]
