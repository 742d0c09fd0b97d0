-- What moved the money of one fund: what is left in it, and what is set aside of it for boosts.
-- Grain: reason, business day (Asia/Shanghai), merchant and document; all of before first_at is one
-- row per reason, without the others. Params: fund_id; first_at and end_at (not included).
WITH accounts AS (
    SELECT fund.account_id AS account_id, 'left' AS side
    FROM campaigns_fund AS fund
    WHERE fund.id = %(fund_id)s
    UNION ALL
    SELECT line.account_id AS account_id, 'held' AS side
    FROM campaigns_fundingline AS line
    WHERE line.fund_id = %(fund_id)s AND line.account_id IS NOT NULL
    UNION ALL
    SELECT line.spent_id AS account_id, 'spent' AS side
    FROM campaigns_fundingline AS line
    WHERE line.fund_id = %(fund_id)s AND line.spent_id IS NOT NULL
),
touched AS (
    SELECT transfer.id AS transfer_id
    FROM accounts JOIN campaigns_transfer AS transfer ON transfer.source_id = accounts.account_id
    WHERE transfer.created_at < %(end_at)s
    UNION
    SELECT transfer.id AS transfer_id
    FROM accounts JOIN campaigns_transfer AS transfer ON transfer.target_id = accounts.account_id
    WHERE transfer.created_at < %(end_at)s
),
moves AS (
    SELECT
        transfer.id AS transfer_id, transfer.reason AS reason, transfer.reference AS reference,
        transfer.amount_fen AS amount_fen, transfer.created_at < %(first_at)s AS is_before,
        CAST(transfer.created_at AT TIME ZONE 'Asia/Shanghai' AS date) AS on_day,
        coalesce(taken.boost_id, given.boost_id, cost.boost_id, back.boost_id, gone.id, came.id)
            AS boost_id,
        -- An account that is none of the fund's is the bank, or of a boost of before lines had one.
        coalesce(source.side, CASE WHEN giver.kind = 'hold' THEN 'held' END, giver.kind) AS gave,
        coalesce(target.side, CASE WHEN taker.kind = 'hold' THEN 'held' END, taker.kind) AS took
    FROM touched
    JOIN campaigns_transfer AS transfer ON transfer.id = touched.transfer_id
    JOIN campaigns_account AS giver ON giver.id = transfer.source_id
    JOIN campaigns_account AS taker ON taker.id = transfer.target_id
    LEFT JOIN accounts AS source ON source.account_id = transfer.source_id
    LEFT JOIN accounts AS target ON target.account_id = transfer.target_id
    LEFT JOIN campaigns_fundingline AS taken ON taken.account_id = transfer.target_id
    LEFT JOIN campaigns_fundingline AS given ON given.account_id = transfer.source_id
    LEFT JOIN campaigns_fundingline AS cost ON cost.spent_id = transfer.target_id
    LEFT JOIN campaigns_fundingline AS back ON back.spent_id = transfer.source_id
    LEFT JOIN campaigns_boost AS gone ON gone.hold_id = transfer.target_id
    LEFT JOIN campaigns_boost AS came ON came.hold_id = transfer.source_id
),
changes AS (
    SELECT
        moves.transfer_id AS transfer_id, moves.reason AS reason, moves.is_before AS is_before,
        CASE WHEN NOT moves.is_before THEN moves.on_day END AS on_day,
        CASE WHEN NOT moves.is_before THEN moves.boost_id END AS boost_id,
        CASE WHEN NOT moves.is_before THEN moves.reference END AS reference,
        CASE WHEN moves.took = 'left' THEN moves.amount_fen ELSE 0 END
        - CASE WHEN moves.gave = 'left' THEN moves.amount_fen ELSE 0 END AS left_fen,
        CASE WHEN moves.took = 'held' THEN moves.amount_fen ELSE 0 END
        - CASE WHEN moves.gave = 'held' THEN moves.amount_fen ELSE 0 END AS held_fen,
        CASE WHEN moves.took = 'spent' THEN moves.amount_fen ELSE 0 END
        - CASE WHEN moves.gave = 'spent' THEN moves.amount_fen ELSE 0 END AS spent_fen
    FROM moves
)
SELECT
    changes.on_day AS on_day, changes.reason AS reason, boost.merchant_id AS merchant_id,
    changes.reference AS reference, min(changes.transfer_id) AS first_id,
    sum(changes.left_fen) AS left_fen, sum(changes.held_fen) AS held_fen,
    sum(changes.spent_fen) AS spent_fen
FROM changes
LEFT JOIN campaigns_boost AS boost ON boost.id = changes.boost_id
GROUP BY changes.on_day, changes.reason, boost.merchant_id, changes.reference
ORDER BY on_day NULLS FIRST, first_id
