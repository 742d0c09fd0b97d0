-- What funds promise about who had how much of them, as the rows that break it: a count is what was
-- drawn for the merchant, or its company, and did not go back.
-- Grain and columns as in campaigns/ledger/proof.sql. Params: none.
WITH parts AS (
    SELECT
        line.fund_id, boost.merchant_id, substr(merchant.credit_code, 9, 9) AS company,
        aside.balance_fen + coalesce(spent.balance_fen, 0) AS taken_fen
    FROM campaigns_fundingline AS line
    JOIN campaigns_boost AS boost ON boost.id = line.boost_id
    JOIN merchants_merchant AS merchant ON merchant.id = boost.merchant_id
    JOIN campaigns_account AS aside ON aside.id = line.account_id
    LEFT JOIN campaigns_account AS spent ON spent.id = line.spent_id
    WHERE line.fund_id IS NOT NULL
),
drawn AS (
    SELECT fund_id, 'merchant' AS kind, merchant_id::text AS taker, sum(taken_fen) AS taken_fen
    FROM parts GROUP BY fund_id, merchant_id
    UNION ALL
    SELECT fund_id, 'company' AS kind, company AS taker, sum(taken_fen) AS taken_fen
    FROM parts GROUP BY fund_id, company
)
SELECT
    'counts_of_a_fund_are_what_was_drawn' AS rule,
    'fund:' || coalesce(drawn.fund_id, counted.fund_id)
        || ' ' || coalesce(drawn.kind, counted.kind)
        || ':' || coalesce(drawn.taker, counted.key) AS subject,
    coalesce(drawn.taken_fen, 0) AS expected_fen, coalesce(counted.taken_fen, 0) AS found_fen
FROM drawn
FULL JOIN campaigns_fundtaker AS counted
    ON counted.fund_id = drawn.fund_id AND counted.kind = drawn.kind AND counted.key = drawn.taker
WHERE coalesce(drawn.taken_fen, 0) <> coalesce(counted.taken_fen, 0)
