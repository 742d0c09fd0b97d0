-- What spent_now has, as it was at a moment: the journal of the hours, summed up to it.
-- Grain: boost, day. Names: changes (the journal), boosts and lines (tables), within (which
-- boosts are asked for).
-- Params: merchant, first_on, last_on, as_of.
-- The lines of a boost pay one after the other, hour by hour: what a line has paid at the end of a
-- day is the part of all that was captured by then that lies between the lines before it and its end.
WITH boosts AS (
    SELECT boost.id AS boost_id, boost.note_id AS note_id, boost.asking AS asking
    FROM {boosts} AS boost
    WHERE boost.merchant_id = %(merchant)s
        AND {within}
        AND EXISTS (
            SELECT 1
            FROM {changes} AS within
            WHERE within.boost_id = boost.id AND within."on" BETWEEN %(first_on)s AND %(last_on)s
        )
), days AS (
    -- Of all days until the last: who pays is known from what was captured before.
    SELECT change.boost_id AS boost_id, change."on" AS "on", sum(change.d_captured_fen) AS captured,
        sum(change.d_impressions) AS impressions, sum(change.d_clicks) AS served_clicks
    FROM {changes} AS change
    JOIN boosts AS asked ON asked.boost_id = change.boost_id
    WHERE change.at <= %(as_of)s AND change."on" <= %(last_on)s
    GROUP BY change.boost_id, change."on"
), running AS (
    SELECT one.boost_id AS boost_id, one."on" AS "on", one.captured AS captured,
        one.impressions AS impressions, one.served_clicks AS served_clicks,
        sum(one.captured) OVER (PARTITION BY one.boost_id ORDER BY one."on") AS until
    FROM days AS one
), lines AS (
    SELECT line.boost_id AS boost_id, line.source AS source,
        sum(line.amount_fen) OVER (PARTITION BY line.boost_id ORDER BY line.place, line.id) AS ends_at,
        line.amount_fen AS amount
    FROM {lines} AS line
    JOIN boosts AS asked ON asked.boost_id = line.boost_id AND asked.asking = line.submission
), paid AS (
    SELECT day.boost_id AS boost_id, day."on" AS "on", line.source AS source,
        least(greatest(day.until, line.ends_at - line.amount), line.ends_at)
        - least(greatest(day.until - day.captured, line.ends_at - line.amount), line.ends_at) AS fen
    FROM running AS day
    JOIN lines AS line ON line.boost_id = day.boost_id
), payers AS (
    SELECT share.boost_id AS boost_id, share."on" AS "on",
        sum(share.fen) FILTER (WHERE share.source = 'merchant_cash') AS cash,
        sum(share.fen) FILTER (WHERE share.source = 'platform_grant') AS platform,
        sum(share.fen) FILTER (WHERE share.source = 'partner_grant') AS partner
    FROM paid AS share
    GROUP BY share.boost_id, share."on"
)
SELECT day.boost_id AS boost_id, asked.note_id AS note_id, day."on" AS "on", day.captured AS captured,
    coalesce(payer.cash, 0) AS cash, coalesce(payer.platform, 0) AS platform,
    coalesce(payer.partner, 0) AS partner, day.impressions AS impressions, day.served_clicks AS served_clicks
FROM running AS day
JOIN boosts AS asked ON asked.boost_id = day.boost_id
LEFT JOIN payers AS payer ON payer.boost_id = day.boost_id AND payer."on" = day."on"
WHERE day."on" BETWEEN %(first_on)s AND %(last_on)s
