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
