-- Everything the ledger promises, as the rows that break it. One statement, so one snapshot.
-- Grain: one row per broken rule and subject; no row when all is well.
-- Columns: rule, subject (kind:id of the row to look at), expected_fen, found_fen.
WITH moves AS (
    SELECT id, source_id AS account_id, -amount_fen AS change_fen, source_balance_fen AS after_fen
    FROM campaigns_transfer
    UNION ALL
    SELECT id, target_id AS account_id, amount_fen AS change_fen, target_balance_fen AS after_fen
    FROM campaigns_transfer
),
steps AS (
    SELECT
        id, account_id, change_fen, after_fen,
        coalesce(lag(after_fen) OVER (PARTITION BY account_id ORDER BY id), 0) AS before_fen
    FROM moves
),
sums AS (
    SELECT account_id, sum(change_fen) AS sum_fen FROM moves GROUP BY account_id
),
-- What each party gave to a hold and took back from it.
exchanges AS (
    SELECT hold.boost_id, transfer.id AS transfer_id, transfer.reason, transfer.amount_fen, other.*
    FROM campaigns_transfer AS transfer
    JOIN campaigns_account AS hold
        ON hold.id IN (transfer.source_id, transfer.target_id) AND hold.kind = 'hold'
    JOIN LATERAL (
        SELECT account.id AS other_id, account.kind AS other_kind, account.merchant_id AS other_merchant_id
        FROM campaigns_account AS account
        WHERE account.id = transfer.source_id + transfer.target_id - hold.id
    ) AS other ON TRUE
),
holds AS (
    SELECT
        boost.id AS boost_id,
        coalesce(account.balance_fen, 0) AS held_fen,
        CASE WHEN boost.status = ANY(%(holding)s) THEN boost.budget_fen ELSE 0 END AS due_fen
    FROM campaigns_boost AS boost
    LEFT JOIN campaigns_account AS account ON account.boost_id = boost.id AND account.kind = 'hold'
),
lines AS (
    SELECT boost.id AS boost_id, boost.budget_fen, coalesce(sum(line.amount_fen), 0) AS lines_fen
    FROM campaigns_boost AS boost
    LEFT JOIN campaigns_fundingline AS line ON line.boost_id = boost.id
    GROUP BY boost.id, boost.budget_fen
),
returned AS (
    SELECT
        boost_id, other_id,
        coalesce(sum(amount_fen) FILTER (WHERE reason = 'hold'), 0) AS given_fen,
        coalesce(sum(amount_fen) FILTER (WHERE reason = 'release'), 0) AS returned_fen
    FROM exchanges GROUP BY boost_id, other_id
)
SELECT 'balance_is_the_sum_of_transfers' AS rule, 'account:' || account.id AS subject,
    coalesce(sums.sum_fen, 0) AS expected_fen, account.balance_fen AS found_fen
FROM campaigns_account AS account
LEFT JOIN sums ON sums.account_id = account.id
WHERE account.balance_fen <> coalesce(sums.sum_fen, 0)
UNION ALL
SELECT 'all_balances_sum_to_zero', 'ledger', 0, sum(balance_fen)
FROM campaigns_account HAVING sum(balance_fen) <> 0
UNION ALL
SELECT 'only_the_bank_is_below_zero', 'account:' || id, 0, balance_fen
FROM campaigns_account WHERE kind <> 'bank' AND balance_fen < 0
UNION ALL
SELECT 'a_transfer_continues_the_balance_before_it', 'transfer:' || id,
    before_fen + change_fen, after_fen
FROM steps WHERE before_fen + change_fen <> after_fen
UNION ALL
SELECT 'a_boost_holds_its_budget_or_nothing', 'boost:' || boost_id, due_fen, held_fen
FROM holds WHERE due_fen <> held_fen
UNION ALL
SELECT 'funding_lines_sum_to_the_budget', 'boost:' || boost_id, budget_fen, lines_fen
FROM lines WHERE budget_fen <> lines_fen
UNION ALL
SELECT 'a_wallet_pays_only_its_own_boosts', 'transfer:' || exchanges.transfer_id, 0,
    exchanges.amount_fen
FROM exchanges
JOIN campaigns_boost AS boost ON boost.id = exchanges.boost_id
WHERE exchanges.other_kind = 'wallet' AND exchanges.other_merchant_id <> boost.merchant_id
UNION ALL
SELECT 'nobody_gets_back_more_than_given', 'boost:' || boost_id || ' account:' || other_id,
    given_fen, returned_fen
FROM returned WHERE returned_fen > given_fen
ORDER BY 1, 2
LIMIT 1000
