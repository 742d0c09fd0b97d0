-- Everything boosts promise about money, as the rows that break it.
-- Grain and columns as in campaigns/ledger/proof.sql. Params: holding, the states in which a boost
-- holds its whole budget.
WITH holds AS (
    SELECT
        boost.id AS boost_id,
        coalesce(account.balance_fen, 0) AS held_fen,
        CASE WHEN boost.status = ANY(%(holding)s) THEN boost.budget_fen ELSE 0 END AS due_fen
    FROM campaigns_boost AS boost
    LEFT JOIN campaigns_account AS account ON account.id = boost.hold_id
),
lines AS (
    SELECT boost.id AS boost_id, boost.budget_fen, coalesce(sum(line.amount_fen), 0) AS lines_fen
    FROM campaigns_boost AS boost
    LEFT JOIN campaigns_fundingline AS line ON line.boost_id = boost.id
    GROUP BY boost.id, boost.budget_fen
),
-- What each party gave to a hold and took back from it.
exchanges AS (
    SELECT
        boost.id AS boost_id, boost.merchant_id, transfer.id AS transfer_id, transfer.reason,
        transfer.amount_fen, transfer.source_id AS other_id
    FROM campaigns_boost AS boost
    JOIN campaigns_transfer AS transfer ON transfer.target_id = boost.hold_id
    UNION ALL
    SELECT
        boost.id AS boost_id, boost.merchant_id, transfer.id AS transfer_id, transfer.reason,
        transfer.amount_fen, transfer.target_id AS other_id
    FROM campaigns_boost AS boost
    JOIN campaigns_transfer AS transfer ON transfer.source_id = boost.hold_id
),
returned AS (
    SELECT
        boost_id, other_id,
        coalesce(sum(amount_fen) FILTER (WHERE reason = 'hold'), 0) AS given_fen,
        coalesce(sum(amount_fen) FILTER (WHERE reason = 'release'), 0) AS returned_fen
    FROM exchanges GROUP BY boost_id, other_id
)
SELECT 'a_boost_holds_its_budget_or_nothing' AS rule, 'boost:' || boost_id AS subject,
    due_fen AS expected_fen, held_fen AS found_fen
FROM holds WHERE due_fen <> held_fen
UNION ALL
SELECT 'funding_lines_sum_to_the_budget', 'boost:' || boost_id, budget_fen, lines_fen
FROM lines WHERE budget_fen <> lines_fen
UNION ALL
SELECT 'a_wallet_pays_only_its_own_boosts', 'transfer:' || exchanges.transfer_id, 0,
    exchanges.amount_fen
FROM exchanges
JOIN campaigns_account AS other ON other.id = exchanges.other_id
WHERE other.kind = 'wallet' AND other.merchant_id <> exchanges.merchant_id
UNION ALL
SELECT 'nobody_gets_back_more_than_given', 'boost:' || boost_id || ' account:' || other_id,
    given_fen, returned_fen
FROM returned WHERE returned_fen > given_fen
UNION ALL
SELECT 'money_set_aside_has_an_owner', 'account:' || account.id, 0, account.balance_fen
FROM campaigns_account AS account
LEFT JOIN campaigns_boost AS boost ON boost.hold_id = account.id
LEFT JOIN campaigns_fund AS fund ON fund.account_id = account.id
WHERE account.balance_fen <> 0
    AND (account.kind = 'hold' AND boost.id IS NULL OR account.kind = 'fund' AND fund.id IS NULL)
