"""What boosts hold moves to accounts of their lines; boosts in review ask their fund anew. ADR 0135.

Run again it finds nothing to do: what was moved is not on the old account any more.
"""

from django.db import migrations

KNOWN = """
UPDATE campaigns_boost SET asking = CASE
    WHEN status IN ('draft', 'returned') THEN submission + 1
    ELSE greatest(submission, 1)
END;
UPDATE campaigns_fundingline AS line SET submission = boost.asking
FROM campaigns_boost AS boost WHERE boost.id = line.boost_id;
-- A boost that has ended gave all back in that moment.
UPDATE campaigns_boost AS boost SET
    ended_at = last.at, settled_at = last.at,
    end_cause = CASE boost.status WHEN 'completed' THEN 'period' WHEN 'stopped' THEN 'merchant' END
FROM (
    SELECT ended.id, coalesce(max(transfer.created_at), ended.submitted_at, ended.created_at) AS at
    FROM campaigns_boost AS ended
    LEFT JOIN campaigns_transfer AS transfer ON transfer.source_id = ended.hold_id
    WHERE ended.status IN ('completed', 'stopped') AND ended.ended_at IS NULL
    GROUP BY ended.id, ended.submitted_at, ended.created_at
) AS last
WHERE last.id = boost.id;
INSERT INTO campaigns_boostspan (boost_id, from_at)
SELECT boost.id, boost.starts_at FROM campaigns_boost AS boost
WHERE boost.status = 'running'
    AND NOT EXISTS (SELECT 1 FROM campaigns_boostspan AS span WHERE span.boost_id = boost.id);
"""

# What an account manager has approved keeps its grant; what waits for him gives it back to the
# fund, which is asked again when he approves.
MOVE = """
DO $$
DECLARE
    holder record;
    share record;
    goal bigint;
    held bigint;
BEGIN
    FOR holder IN
        SELECT boost.id, boost.hold_id, boost.status, boost.submission, boost.asking
        FROM campaigns_boost AS boost
        WHERE boost.hold_id IS NOT NULL AND boost.status IN ('submitted', 'scheduled', 'running')
        ORDER BY boost.id FOR NO KEY UPDATE
    LOOP
        PERFORM 1 FROM campaigns_account WHERE id = holder.hold_id AND balance_fen > 0;
        CONTINUE WHEN NOT FOUND;
        held := 0;
        FOR share IN
            SELECT
                line.id, line.amount_fen, fund.account_id AS fund_account,
                row_number() OVER (ORDER BY array_position(
                    ARRAY['partner_grant', 'platform_grant', 'merchant_cash'], line.source::text
                ), line.id) AS turn
            FROM campaigns_fundingline AS line
            LEFT JOIN campaigns_fund AS fund ON fund.id = line.fund_id
            WHERE line.boost_id = holder.id AND line.submission = holder.asking
            ORDER BY turn
        LOOP
            IF holder.status = 'submitted' AND share.fund_account IS NOT NULL THEN
                PERFORM 1 FROM campaigns_account
                WHERE id IN (holder.hold_id, share.fund_account) ORDER BY id FOR NO KEY UPDATE;
                INSERT INTO campaigns_transfer (
                    key, reference, source_id, target_id, amount_fen, reason,
                    source_balance_fen, target_balance_fen, created_at
                ) VALUES (
                    format('boost:%s:release:%s:%s', holder.id, holder.submission, share.id), '',
                    holder.hold_id, share.fund_account, share.amount_fen, 'release', 0, 0,
                    clock_timestamp()
                );
                CONTINUE;
            END IF;
            INSERT INTO campaigns_account (kind, key, balance_fen)
            VALUES ('hold', 'hold:line:' || share.id, 0) RETURNING id INTO goal;
            PERFORM 1 FROM campaigns_account
            WHERE id IN (holder.hold_id, goal) ORDER BY id FOR NO KEY UPDATE;
            INSERT INTO campaigns_transfer (
                key, reference, source_id, target_id, amount_fen, reason,
                source_balance_fen, target_balance_fen, created_at
            ) VALUES (
                format('boost:%s:split:%s', holder.id, share.id), '',
                holder.hold_id, goal, share.amount_fen, 'hold', 0, 0, clock_timestamp()
            );
            UPDATE campaigns_fundingline SET
                account_id = goal,
                place = CASE
                    WHEN holder.status IN ('scheduled', 'running') THEN share.turn
                END
            WHERE id = share.id;
            held := held + share.amount_fen;
        END LOOP;
        UPDATE campaigns_boost SET held_fen = held WHERE id = holder.id;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0015_lines_have_accounts")]

    operations = [migrations.RunSQL(KNOWN + MOVE, migrations.RunSQL.noop)]
