-- Everything boosts promise about money, as the rows that break it.
-- Grain and columns as in campaigns/ledger/proof.sql. Params: none.
WITH sums AS (
    SELECT
        boost.id AS boost_id, boost.budget_fen, boost.captured_fen,
        boost.held_fen - boost.captured_fen AS left_fen,
        coalesce(sum(line.amount_fen) FILTER (WHERE line.submission = boost.asking), 0) AS lines_fen,
        coalesce(sum(aside.balance_fen), 0) + coalesce(max(old.balance_fen), 0) AS aside_fen,
        coalesce(sum(spent.balance_fen), 0) AS spent_fen
    FROM campaigns_boost AS boost
    LEFT JOIN campaigns_fundingline AS line ON line.boost_id = boost.id
    LEFT JOIN campaigns_account AS aside ON aside.id = line.account_id
    LEFT JOIN campaigns_account AS spent ON spent.id = line.spent_id
    LEFT JOIN campaigns_account AS old ON old.id = boost.hold_id
    GROUP BY boost.id, boost.budget_fen, boost.captured_fen, boost.held_fen
),
-- Lines in the order of paying, each with what those before it can pay.
turns AS (
    SELECT
        line.id AS line_id, line.amount_fen, line.fund_id, boost.status, boost.settled_at,
        line.submission = boost.asking AS is_current,
        coalesce(aside.balance_fen, 0) AS aside_fen, coalesce(spent.balance_fen, 0) AS spent_fen,
        boost.captured_fen - (
            sum(line.amount_fen) OVER (
                PARTITION BY line.boost_id, line.submission ORDER BY line.place, line.id
                ROWS UNBOUNDED PRECEDING
            ) - line.amount_fen
        ) AS open_fen
    FROM campaigns_fundingline AS line
    JOIN campaigns_boost AS boost ON boost.id = line.boost_id
    LEFT JOIN campaigns_account AS aside ON aside.id = line.account_id
    LEFT JOIN campaigns_account AS spent ON spent.id = line.spent_id
),
shares AS (
    SELECT
        line_id, aside_fen, spent_fen,
        CASE WHEN is_current THEN least(greatest(open_fen, 0), amount_fen) ELSE 0 END AS paid_fen,
        CASE
            WHEN NOT is_current OR settled_at IS NOT NULL THEN 0
            WHEN status IN ('draft', 'returned', 'rejected') THEN 0
            -- A fund pays at approval, or when its round does.
            WHEN status = 'submitted' AND fund_id IS NOT NULL THEN 0
            WHEN status = 'approved' AND fund_id IS NOT NULL THEN aside_fen
            WHEN status IN (
                'submitted', 'approved', 'scheduled', 'running', 'paused', 'completed', 'stopped'
            ) THEN amount_fen - least(greatest(open_fen, 0), amount_fen)
        END AS due_fen
    FROM turns
),
ours AS (
    SELECT boost.id AS boost_id, boost.merchant_id, boost.hold_id AS account_id
    FROM campaigns_boost AS boost WHERE boost.hold_id IS NOT NULL
    UNION ALL
    SELECT boost.id AS boost_id, boost.merchant_id, line.account_id AS account_id
    FROM campaigns_fundingline AS line JOIN campaigns_boost AS boost ON boost.id = line.boost_id
    WHERE line.account_id IS NOT NULL
    UNION ALL
    SELECT boost.id AS boost_id, boost.merchant_id, line.spent_id AS account_id
    FROM campaigns_fundingline AS line JOIN campaigns_boost AS boost ON boost.id = line.boost_id
    WHERE line.spent_id IS NOT NULL
),
-- What each wallet and fund gave to a boost and got back from it.
exchanges AS (
    SELECT
        ours.boost_id, ours.merchant_id, transfer.id AS transfer_id, transfer.source_id AS other_id,
        transfer.amount_fen AS given_fen, 0 AS returned_fen
    FROM ours JOIN campaigns_transfer AS transfer ON transfer.target_id = ours.account_id
    UNION ALL
    SELECT
        ours.boost_id, ours.merchant_id, transfer.id AS transfer_id, transfer.target_id AS other_id,
        0 AS given_fen, transfer.amount_fen AS returned_fen
    FROM ours JOIN campaigns_transfer AS transfer ON transfer.source_id = ours.account_id
),
parties AS (
    SELECT
        exchanges.boost_id, exchanges.merchant_id, exchanges.transfer_id, exchanges.other_id,
        exchanges.given_fen, exchanges.returned_fen, other.merchant_id AS payer_id
    FROM exchanges
    JOIN campaigns_account AS other ON other.id = exchanges.other_id
    WHERE other.kind IN ('wallet', 'fund')
),
returned AS (
    SELECT boost_id, other_id, sum(given_fen) AS given_fen, sum(returned_fen) AS returned_fen
    FROM parties GROUP BY boost_id, other_id
)
SELECT 'funding_lines_sum_to_the_budget' AS rule, 'boost:' || boost_id AS subject,
    budget_fen AS expected_fen, lines_fen AS found_fen
FROM sums WHERE budget_fen <> lines_fen
UNION ALL
SELECT 'a_boost_knows_what_it_holds', 'boost:' || boost_id, aside_fen, left_fen
FROM sums WHERE aside_fen <> left_fen
UNION ALL
SELECT 'what_is_spent_was_captured', 'boost:' || boost_id, captured_fen, spent_fen
FROM sums WHERE captured_fen <> spent_fen
UNION ALL
SELECT 'a_line_holds_what_is_left_of_it', 'line:' || line_id, due_fen, aside_fen
FROM shares WHERE due_fen IS DISTINCT FROM aside_fen
UNION ALL
SELECT 'lines_pay_one_after_the_other', 'line:' || line_id, paid_fen, spent_fen
FROM shares WHERE paid_fen <> spent_fen
UNION ALL
SELECT 'a_wallet_pays_only_its_own_boosts', 'transfer:' || transfer_id, 0, given_fen + returned_fen
FROM parties WHERE payer_id <> merchant_id
UNION ALL
SELECT 'nobody_gets_back_more_than_given', 'boost:' || boost_id || ' account:' || other_id,
    given_fen, returned_fen
FROM returned WHERE returned_fen > given_fen
UNION ALL
SELECT 'money_set_aside_has_an_owner', 'account:' || account.id, 0, account.balance_fen
FROM campaigns_account AS account
LEFT JOIN ours ON ours.account_id = account.id
LEFT JOIN campaigns_fund AS fund ON fund.account_id = account.id
LEFT JOIN campaigns_balancerefund AS refund ON refund.account_id = account.id
WHERE account.balance_fen <> 0
    AND (
        account.kind IN ('hold', 'spent') AND ours.boost_id IS NULL AND refund.id IS NULL
        OR account.kind = 'fund' AND fund.id IS NULL
    )
