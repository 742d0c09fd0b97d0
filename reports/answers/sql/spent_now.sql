-- What the days of boosts cost and who paid, and what the ad server counted of them, as it is now.
-- Grain: boost, day. Names: days and boosts (tables), within (which boosts are asked for).
-- Params: merchant, first_on, last_on.
SELECT boost.id AS boost_id, boost.note_id AS note_id, spent."on" AS "on",
    spent.captured_fen AS captured, spent.cash_fen AS cash, spent.platform_fen AS platform,
    spent.partner_fen AS partner, spent.impressions AS impressions, spent.clicks AS served_clicks
FROM {days} AS spent
JOIN {boosts} AS boost ON boost.id = spent.boost_id
WHERE spent.merchant_id = %(merchant)s
    AND spent."on" BETWEEN %(first_on)s AND %(last_on)s
    AND {within}
