-- What closed months promise, as the rows that break it.
-- Grain and columns as in campaigns/ledger/proof.sql. Params: none.
WITH months AS (
    SELECT
        statement.id AS statement_id, statement.merchant_id AS merchant_id,
        statement.first_on AS first_on, statement.opening_fen AS opening_fen,
        lag(statement.opening_fen + statement.lines_fen, 1, CAST(0 AS bigint)) OVER (
            PARTITION BY statement.merchant_id ORDER BY statement.first_on
        ) AS before_fen,
        statement.opening_fen + statement.lines_fen AS closing_fen,
        statement.through AS through,
        CAST(statement.first_on + INTERVAL '1 month' AS timestamp) AT TIME ZONE 'Asia/Shanghai'
            AS ends_at,
        row_number() OVER (
            PARTITION BY statement.merchant_id ORDER BY statement.first_on DESC
        ) AS place,
        encode(sha256(statement.content), 'hex') AS is_sha256, statement.sha256 AS sha256
    FROM campaigns_statement AS statement
),
-- The accounts of a merchant's own money, of those with a closed month.
own AS (
    SELECT wallet.merchant_id AS merchant_id, wallet.id AS account_id
    FROM campaigns_account AS wallet WHERE wallet.merchant_id IS NOT NULL
    UNION ALL
    SELECT boost.merchant_id AS merchant_id, line.account_id AS account_id
    FROM campaigns_fundingline AS line JOIN campaigns_boost AS boost ON boost.id = line.boost_id
    WHERE line.fund_id IS NULL AND line.account_id IS NOT NULL
    UNION ALL
    SELECT refund.merchant_id AS merchant_id, refund.account_id AS account_id
    FROM campaigns_balancerefund AS refund WHERE refund.account_id IS NOT NULL
    UNION ALL
    SELECT boost.merchant_id AS merchant_id, boost.hold_id AS account_id
    FROM campaigns_boost AS boost WHERE boost.hold_id IS NOT NULL
),
-- Boosts of before lines had accounts hold a fund's money beside their merchant's: what came from
-- these, and goes to them, was never his.
foreigners AS (
    SELECT fund.account_id AS account_id FROM campaigns_fund AS fund
    UNION ALL
    SELECT line.account_id AS account_id
    FROM campaigns_fundingline AS line
    WHERE line.fund_id IS NOT NULL AND line.account_id IS NOT NULL
),
passed AS (
    SELECT boost.merchant_id AS merchant_id, transfer.amount_fen AS amount_fen
    FROM campaigns_boost AS boost
    JOIN campaigns_transfer AS transfer ON transfer.target_id = boost.hold_id
    WHERE transfer.source_id IN (SELECT foreigners.account_id FROM foreigners)
    UNION ALL
    SELECT boost.merchant_id AS merchant_id, -transfer.amount_fen AS amount_fen
    FROM campaigns_boost AS boost
    JOIN campaigns_transfer AS transfer ON transfer.source_id = boost.hold_id
    WHERE transfer.target_id IN (SELECT foreigners.account_id FROM foreigners)
),
passed_sums AS (
    SELECT passed.merchant_id AS merchant_id, sum(passed.amount_fen) AS amount_fen
    FROM passed GROUP BY passed.merchant_id
),
last_months AS (
    SELECT
        months.statement_id AS statement_id, months.merchant_id AS merchant_id,
        months.closing_fen AS closing_fen, months.through AS through, months.ends_at AS ends_at
    FROM months WHERE months.place = 1
),
since AS (
    SELECT own.merchant_id AS merchant_id, sum(transfer.amount_fen) AS change_fen
    FROM last_months
    JOIN own ON own.merchant_id = last_months.merchant_id
    JOIN campaigns_transfer AS transfer ON transfer.target_id = own.account_id
        AND (transfer.id > last_months.through OR transfer.created_at >= last_months.ends_at)
    WHERE transfer.source_id NOT IN (SELECT foreigners.account_id FROM foreigners)
    GROUP BY own.merchant_id
    UNION ALL
    SELECT own.merchant_id AS merchant_id, -sum(transfer.amount_fen) AS change_fen
    FROM last_months
    JOIN own ON own.merchant_id = last_months.merchant_id
    JOIN campaigns_transfer AS transfer ON transfer.source_id = own.account_id
        AND (transfer.id > last_months.through OR transfer.created_at >= last_months.ends_at)
    WHERE transfer.target_id NOT IN (SELECT foreigners.account_id FROM foreigners)
    GROUP BY own.merchant_id
),
since_sums AS (
    SELECT since.merchant_id AS merchant_id, sum(since.change_fen) AS change_fen
    FROM since GROUP BY since.merchant_id
),
balances AS (
    SELECT own.merchant_id AS merchant_id, sum(account.balance_fen) AS balance_fen
    FROM own JOIN campaigns_account AS account ON account.id = own.account_id
    GROUP BY own.merchant_id
),
led AS (
    SELECT
        last_months.statement_id AS statement_id,
        last_months.closing_fen + coalesce(since_sums.change_fen, 0) AS expected_fen,
        balances.balance_fen - coalesce(passed_sums.amount_fen, 0) AS balance_fen
    FROM last_months
    JOIN balances ON balances.merchant_id = last_months.merchant_id
    LEFT JOIN since_sums ON since_sums.merchant_id = last_months.merchant_id
    LEFT JOIN passed_sums ON passed_sums.merchant_id = last_months.merchant_id
)
SELECT 'a_month_begins_where_the_last_ended' AS rule, 'statement:' || statement_id AS subject,
    before_fen AS expected_fen, opening_fen AS found_fen
FROM months WHERE before_fen <> opening_fen
UNION ALL
SELECT 'a_month_is_as_it_was_kept', 'statement:' || statement_id, 1, 0
FROM months WHERE is_sha256 <> sha256
UNION ALL
SELECT 'closed_months_lead_to_the_balance', 'statement:' || statement_id, expected_fen, balance_fen
FROM led WHERE expected_fen <> balance_fen
