-- CreditFact. What has no known value stands apart from what has.
-- Grain: its dimensions. Params: $first_day, $last_day, $window_days.
SELECT c.day AS day, l.merchant_id AS merchant_id, l.listing AS listing_id, l.note AS note_id,
       b.boost_id AS boost_id, l.placement AS placement, l.store_kind AS store_kind,
       c.kind AS kind, r.level AS level, r.model AS model, $window_days AS window_days,
       CAST(SUM(r.credit_micro) AS BIGINT) AS credit_micro,
       CAST(SUM(r.value_fen) AS BIGINT) AS value_fen
FROM credit AS r
JOIN conversions AS c ON c.conversion = r.claim
JOIN known_listings AS l ON l.listing_id = r.listing_id
LEFT JOIN boosts AS b ON b.touchpoint_id = r.touchpoint_id AND b.merchant_id = l.merchant_id
WHERE c.day BETWEEN $first_day AND $last_day
GROUP BY c.day, l.merchant_id, l.listing, l.note, b.boost_id, l.placement, l.store_kind, c.kind,
         r.level, r.model, CASE WHEN r.value_fen IS NULL THEN 1 ELSE 0 END
ORDER BY c.day, l.merchant_id, l.listing, b.boost_id, c.kind, r.level, r.model, value_fen
