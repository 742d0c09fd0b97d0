-- What moved a merchant's own money, and what grants paid beside it.
-- Own is what is free in the wallet and what is held of it; a boost's cost, a payment and a refund
-- of balance cross that border, holds and releases do not.
-- Grain: reason, business day (Asia/Shanghai), boost and document; of the bank, one transfer.
-- Params: merchant_id; ends_at, before which they happened, and the last id they may have, through;
-- known_through (an id) and known_before: what is of both stands in an earlier statement.
WITH accounts AS (
    SELECT wallet.id AS account_id, 'free' AS side, CAST(NULL AS bigint) AS boost_id
    FROM campaigns_account AS wallet
    WHERE wallet.merchant_id = %(merchant_id)s
    UNION ALL
    SELECT line.account_id AS account_id, 'held' AS side, line.boost_id AS boost_id
    FROM campaigns_fundingline AS line
    JOIN campaigns_boost AS boost ON boost.id = line.boost_id
    WHERE boost.merchant_id = %(merchant_id)s AND line.fund_id IS NULL
        AND line.account_id IS NOT NULL
    UNION ALL
    SELECT line.spent_id AS account_id, 'spent' AS side, line.boost_id AS boost_id
    FROM campaigns_fundingline AS line
    JOIN campaigns_boost AS boost ON boost.id = line.boost_id
    WHERE boost.merchant_id = %(merchant_id)s AND line.fund_id IS NULL AND line.spent_id IS NOT NULL
    UNION ALL
    SELECT line.spent_id AS account_id, 'granted' AS side, line.boost_id AS boost_id
    FROM campaigns_fundingline AS line
    JOIN campaigns_boost AS boost ON boost.id = line.boost_id
    WHERE boost.merchant_id = %(merchant_id)s AND line.fund_id IS NOT NULL
        AND line.spent_id IS NOT NULL
    UNION ALL
    SELECT refund.account_id AS account_id, 'held' AS side, CAST(NULL AS bigint) AS boost_id
    FROM campaigns_balancerefund AS refund
    WHERE refund.merchant_id = %(merchant_id)s AND refund.account_id IS NOT NULL
    UNION ALL
    -- Boosts of before lines had accounts: their fund's money came to the same one.
    SELECT boost.hold_id AS account_id, 'held' AS side, boost.id AS boost_id
    FROM campaigns_boost AS boost
    WHERE boost.merchant_id = %(merchant_id)s AND boost.hold_id IS NOT NULL
),
-- What is known already is left out at once: it is all that ever was.
touched AS (
    SELECT transfer.id AS transfer_id
    FROM accounts JOIN campaigns_transfer AS transfer ON transfer.source_id = accounts.account_id
        AND transfer.created_at < %(ends_at)s AND transfer.id <= %(through)s
        AND (transfer.created_at >= %(known_before)s OR transfer.id > %(known_through)s)
    UNION
    SELECT transfer.id AS transfer_id
    FROM accounts JOIN campaigns_transfer AS transfer ON transfer.target_id = accounts.account_id
        AND transfer.created_at < %(ends_at)s AND transfer.id <= %(through)s
        AND (transfer.created_at >= %(known_before)s OR transfer.id > %(known_through)s)
),
moves AS (
    SELECT
        transfer.id AS transfer_id, transfer.reason AS reason, transfer.reference AS reference,
        transfer.amount_fen AS amount_fen,
        CAST(transfer.created_at AT TIME ZONE 'Asia/Shanghai' AS date) AS on_day,
        coalesce(source.boost_id, target.boost_id) AS boost_id,
        coalesce(source.side, giver.kind) AS source_side,
        coalesce(target.side, taker.kind) AS target_side
    FROM touched
    JOIN campaigns_transfer AS transfer ON transfer.id = touched.transfer_id
    JOIN campaigns_account AS giver ON giver.id = transfer.source_id
    JOIN campaigns_account AS taker ON taker.id = transfer.target_id
    LEFT JOIN accounts AS source ON source.account_id = transfer.source_id
    LEFT JOIN accounts AS target ON target.account_id = transfer.target_id
),
changes AS (
    SELECT
        moves.transfer_id AS transfer_id, moves.reason AS reason, moves.reference AS reference,
        moves.on_day AS on_day, moves.boost_id AS boost_id,
        -- Of payments and refunds each is its own line.
        CASE WHEN moves.boost_id IS NULL THEN moves.transfer_id END AS alone,
        CASE WHEN moves.target_side = 'free' THEN moves.amount_fen ELSE 0 END
        - CASE WHEN moves.source_side = 'free' THEN moves.amount_fen ELSE 0 END AS free_fen,
        CASE WHEN moves.target_side = 'held' THEN moves.amount_fen ELSE 0 END
        - CASE WHEN moves.source_side = 'held' THEN moves.amount_fen ELSE 0 END AS held_fen,
        CASE WHEN moves.target_side = 'granted' THEN moves.amount_fen ELSE 0 END
        - CASE WHEN moves.source_side = 'granted' THEN moves.amount_fen ELSE 0 END AS granted_fen
    FROM moves
    -- A fund's money that passed through an old boost's account was never the merchant's.
    WHERE moves.source_side IN ('free', 'held', 'spent', 'bank')
        AND moves.target_side IN ('free', 'held', 'spent', 'bank')
        AND NOT (moves.source_side = 'held' AND moves.target_side = 'held')
        OR 'granted' IN (moves.source_side, moves.target_side)
)
SELECT
    changes.on_day AS on_day, changes.reason AS reason, changes.boost_id AS boost_id,
    max(changes.reference) AS reference, min(changes.transfer_id) AS first_id,
    max(changes.transfer_id) AS last_id, count(*) AS moves, sum(changes.free_fen) AS free_fen,
    sum(changes.held_fen) AS held_fen, sum(changes.granted_fen) AS granted_fen
FROM changes
GROUP BY changes.on_day, changes.reason, changes.boost_id, changes.alone
ORDER BY on_day, first_id
