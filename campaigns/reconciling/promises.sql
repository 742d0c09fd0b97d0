-- What money, delivery, states and papers promise each other, as the rows that break it.
-- Grain and columns as in campaigns/ledger/proof.sql. Params: none.
WITH payers AS (
    SELECT
        line.boost_id AS boost_id,
        coalesce(sum(spent.balance_fen) FILTER (WHERE line.source = 'merchant_cash'), 0) AS cash_fen,
        coalesce(sum(spent.balance_fen) FILTER (WHERE line.source = 'platform_grant'), 0)
            AS platform_fen,
        coalesce(sum(spent.balance_fen) FILTER (WHERE line.source = 'partner_grant'), 0)
            AS partner_fen
    FROM campaigns_fundingline AS line
    JOIN campaigns_serving AS serving ON serving.boost_id = line.boost_id
    LEFT JOIN campaigns_account AS spent ON spent.id = line.spent_id
    GROUP BY line.boost_id
),
days AS (
    SELECT
        day.boost_id AS boost_id, sum(day.cash_fen) AS cash_fen,
        sum(day.platform_fen) AS platform_fen, sum(day.partner_fen) AS partner_fen
    FROM campaigns_spendday AS day
    GROUP BY day.boost_id
),
paid AS (
    SELECT
        payers.boost_id AS boost_id, payers.cash_fen AS spent_cash_fen,
        payers.platform_fen AS spent_platform_fen, payers.partner_fen AS spent_partner_fen,
        coalesce(days.cash_fen, 0) AS cash_fen, coalesce(days.platform_fen, 0) AS platform_fen,
        coalesce(days.partner_fen, 0) AS partner_fen
    FROM payers LEFT JOIN days ON days.boost_id = payers.boost_id
),
open_spans AS (
    SELECT span.boost_id AS boost_id, count(*) AS spans
    FROM campaigns_boostspan AS span WHERE span.to_at IS NULL
    GROUP BY span.boost_id
),
-- What an ad server is told last of a boost in each state, beside spend that was refused.
told (status, type) AS (
    VALUES
        ('scheduled', 'boost.approved'), ('running', 'boost.changed'),
        ('running', 'boost.resumed'), ('paused', 'boost.paused'),
        ('completed', 'boost.completed'), ('stopped', 'boost.stopped')
),
newest AS (
    SELECT
        serving.boost_id AS boost_id, boost.status AS status, message.type AS type,
        row_number() OVER (PARTITION BY serving.boost_id ORDER BY message.sequence DESC) AS place
    FROM campaigns_serving AS serving
    JOIN campaigns_boost AS boost ON boost.id = serving.boost_id
    JOIN campaigns_adserver AS server ON server.id = serving.ad_server_id
    LEFT JOIN webhooks_message AS message
        ON message.endpoint_id = server.endpoint_id AND message.subject = boost.external_id
        AND message.type <> 'delivery.refused'
),
capped AS (
    SELECT
        hour.boost_id AS boost_id, hour.on AS on_day, boost.daily_cap_fen AS daily_cap_fen,
        sum(hour.captured_fen) AS captured_fen
    FROM campaigns_deliveryhour AS hour
    JOIN campaigns_boost AS boost ON boost.id = hour.boost_id
    WHERE boost.daily_cap_fen IS NOT NULL
    GROUP BY hour.boost_id, hour.on, boost.daily_cap_fen
),
months AS (
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
),
last_months AS (
    SELECT
        months.statement_id AS statement_id, months.merchant_id AS merchant_id,
        months.closing_fen AS closing_fen, months.through AS through, months.ends_at AS ends_at
    FROM months
    -- Boosts of before lines had accounts hold a fund's money on the same one.
    WHERE months.place = 1 AND NOT EXISTS (
        SELECT 1 FROM campaigns_boost AS boost
        WHERE boost.merchant_id = months.merchant_id AND boost.hold_id IS NOT NULL
    )
),
since AS (
    SELECT own.merchant_id AS merchant_id, sum(transfer.amount_fen) AS change_fen
    FROM last_months
    JOIN own ON own.merchant_id = last_months.merchant_id
    JOIN campaigns_transfer AS transfer ON transfer.target_id = own.account_id
        AND (transfer.id > last_months.through OR transfer.created_at >= last_months.ends_at)
    GROUP BY own.merchant_id
    UNION ALL
    SELECT own.merchant_id AS merchant_id, -sum(transfer.amount_fen) AS change_fen
    FROM last_months
    JOIN own ON own.merchant_id = last_months.merchant_id
    JOIN campaigns_transfer AS transfer ON transfer.source_id = own.account_id
        AND (transfer.id > last_months.through OR transfer.created_at >= last_months.ends_at)
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
        balances.balance_fen AS balance_fen
    FROM last_months
    JOIN balances ON balances.merchant_id = last_months.merchant_id
    LEFT JOIN since_sums ON since_sums.merchant_id = last_months.merchant_id
)
SELECT 'days_name_what_cash_paid' AS rule, 'boost:' || boost_id AS subject,
    spent_cash_fen AS expected_fen, cash_fen AS found_fen
FROM paid WHERE spent_cash_fen <> cash_fen
UNION ALL
SELECT 'days_name_what_the_platform_paid', 'boost:' || boost_id, spent_platform_fen, platform_fen
FROM paid WHERE spent_platform_fen <> platform_fen
UNION ALL
SELECT 'days_name_what_partners_paid', 'boost:' || boost_id, spent_partner_fen, partner_fen
FROM paid WHERE spent_partner_fen <> partner_fen
UNION ALL
SELECT 'an_hour_is_captured_or_refused', 'boost:' || boost_id || ' hour:' || hour_at, spend_fen,
    captured_fen + refused_fen
FROM campaigns_deliveryhour WHERE spend_fen <> captured_fen + refused_fen
UNION ALL
SELECT 'a_day_keeps_its_cap', 'boost:' || boost_id || ' day:' || on_day, daily_cap_fen, captured_fen
FROM capped WHERE captured_fen > daily_cap_fen
UNION ALL
SELECT 'what_runs_has_one_open_span', 'boost:' || boost.id,
    CASE WHEN boost.status = 'running' THEN 1 ELSE 0 END, coalesce(open_spans.spans, 0)
FROM campaigns_boost AS boost LEFT JOIN open_spans ON open_spans.boost_id = boost.id
WHERE coalesce(open_spans.spans, 0) <> CASE WHEN boost.status = 'running' THEN 1 ELSE 0 END
UNION ALL
SELECT 'what_is_captured_was_under_way', 'boost:' || hour.boost_id || ' hour:' || hour.hour_at, 0,
    hour.captured_fen
FROM campaigns_deliveryhour AS hour
WHERE hour.captured_fen > 0 AND NOT EXISTS (
    SELECT 1 FROM campaigns_boostspan AS span
    WHERE span.boost_id = hour.boost_id AND span.from_at < hour.hour_at + INTERVAL '1 hour'
        AND (span.to_at IS NULL OR span.to_at > hour.hour_at)
)
UNION ALL
SELECT 'an_ad_server_is_told_the_state', 'boost:' || newest.boost_id, 1, 0
FROM newest
LEFT JOIN told ON told.status = newest.status AND told.type = newest.type
WHERE newest.place = 1 AND told.status IS NULL
UNION ALL
SELECT 'what_has_ended_has_an_end', 'boost:' || id, 1, 0
FROM campaigns_boost
WHERE status IN ('completed', 'stopped') AND ended_at IS NULL AND settled_at IS NULL
    AND held_fen > 0
UNION ALL
SELECT 'a_month_begins_where_the_last_ended', 'statement:' || statement_id, before_fen, opening_fen
FROM months WHERE before_fen <> opening_fen
UNION ALL
SELECT 'a_month_is_as_it_was_kept', 'statement:' || statement_id, 1, 0
FROM months WHERE is_sha256 <> sha256
UNION ALL
SELECT 'closed_months_lead_to_the_balance', 'statement:' || statement_id, expected_fen, balance_fen
FROM led WHERE expected_fen <> balance_fen
