-- What each company asked a fund for in a period, what it was answered, and what it got.
-- Grain: one fund and company. Parameters: first_at and end_at (instants, the end not included),
-- granted (verdicts that are a yes), first_signed (the verdict that answers nobody).
WITH answered AS (
    -- A submission names its funds in what was judged.
    SELECT
        fund.id AS fund_id,
        boost.merchant_id AS merchant_id,
        count(*) FILTER (WHERE decision.verdict = ANY(%(granted)s)) AS approved,
        array_agg(extract(epoch FROM decision.at - decision.asked_at)::bigint) AS waited
    FROM review_decision AS decision
    CROSS JOIN LATERAL jsonb_array_elements(decision.judged -> 'lines') AS line (facts)
    JOIN campaigns_fund AS fund ON fund.code = line.facts ->> 1
    JOIN campaigns_boost AS boost ON boost.id = decision.number
    WHERE decision.noun = 'boost'
        AND decision.verdict <> %(first_signed)s
        AND decision.at >= %(first_at)s
        AND decision.at < %(end_at)s
    GROUP BY fund.id, boost.merchant_id
),
rounds AS (
    SELECT round.id AS round_id, round.fund_id AS fund_id, round.inputs AS inputs
    FROM campaigns_round AS round
    WHERE round.allocated_at >= %(first_at)s AND round.allocated_at < %(end_at)s
),
divided AS (
    -- What is not carried out yet says nothing of what anybody gets.
    SELECT
        rounds.fund_id AS fund_id,
        boost.merchant_id AS merchant_id,
        sum(award.asked_fen) AS asked_fen,
        sum(CASE WHEN award.status = 'granted' THEN award.awarded_fen ELSE 0 END) AS got_fen
    FROM rounds
    JOIN campaigns_award AS award ON award.round_id = rounds.round_id
    JOIN campaigns_boost AS boost ON boost.id = award.boost_id
    WHERE award.status <> 'waiting'
    GROUP BY rounds.fund_id, boost.merchant_id
),
drawn AS (
    SELECT fund.id AS fund_id, boost.merchant_id AS merchant_id, sum(moved.amount_fen) AS drawn_fen
    FROM campaigns_fund AS fund
    JOIN campaigns_transfer AS moved
        ON moved.source_id = fund.account_id AND moved.reason = 'hold'
    LEFT JOIN campaigns_fundingline AS line ON line.account_id = moved.target_id
    JOIN campaigns_boost AS boost
        -- Boosts of before lines had accounts had one of their own.
        ON boost.id = line.boost_id OR boost.hold_id = moved.target_id
    WHERE moved.created_at >= %(first_at)s AND moved.created_at < %(end_at)s
    GROUP BY fund.id, boost.merchant_id
),
stored AS (
    -- Small as the newest round that a company asked in has stored it.
    SELECT DISTINCT ON (rounds.fund_id, request.facts ->> 'company')
        rounds.fund_id AS fund_id,
        request.facts ->> 'company' AS company,
        (request.facts ->> 'is_small')::boolean AS is_small
    FROM rounds
    CROSS JOIN LATERAL jsonb_array_elements(rounds.inputs -> 'requests') AS request (facts)
    ORDER BY rounds.fund_id, request.facts ->> 'company', rounds.round_id DESC
),
who AS (
    SELECT answered.fund_id AS fund_id, answered.merchant_id AS merchant_id FROM answered
    UNION
    SELECT divided.fund_id AS fund_id, divided.merchant_id AS merchant_id FROM divided
    UNION
    SELECT drawn.fund_id AS fund_id, drawn.merchant_id AS merchant_id FROM drawn
)
SELECT
    who.fund_id AS fund_id,
    substr(merchant.credit_code, 9, 9) AS company,
    bool_or(stored.is_small) AS was_small,
    coalesce(sum(drawn.drawn_fen), 0)::bigint AS drawn_fen,
    coalesce(sum(divided.asked_fen), 0)::bigint AS asked_fen,
    coalesce(sum(divided.got_fen), 0)::bigint AS got_fen,
    coalesce(sum(answered.approved), 0)::bigint AS approved,
    string_agg(array_to_string(answered.waited, ','), ',') AS waited
FROM who
JOIN merchants_merchant AS merchant ON merchant.id = who.merchant_id
LEFT JOIN answered
    ON answered.fund_id = who.fund_id AND answered.merchant_id = who.merchant_id
LEFT JOIN divided ON divided.fund_id = who.fund_id AND divided.merchant_id = who.merchant_id
LEFT JOIN drawn ON drawn.fund_id = who.fund_id AND drawn.merchant_id = who.merchant_id
LEFT JOIN stored
    ON stored.fund_id = who.fund_id AND stored.company = substr(merchant.credit_code, 9, 9)
GROUP BY who.fund_id, substr(merchant.credit_code, 9, 9)
