-- CreditFact, one row for each model that gave something. A sum beyond 64 bits, which no real
-- sales reach, is unknown rather than the end of everybody's run.
-- Rows of one model stand together: a report reads one, and these pages alone.
-- Grain: its dimensions. Params: $first_day, $last_day, $window_days.
SELECT r.day AS day, l.merchant_id AS merchant_id, l.listing AS listing_id, l.note AS note_id,
       r.boost_id AS boost_id, l.placement AS placement, l.store_kind AS store_kind,
       k.kind AS kind, v.level AS level, r.model AS model, $window_days AS window_days,
       CAST(r.micro AS BIGINT) AS credit_micro, TRY_CAST(r.fen AS BIGINT) AS value_fen
FROM credit AS r
JOIN known_listings AS l ON l.listing_id = r.listing_id
JOIN kinds AS k ON k.kind_id = r.kind_id
JOIN levels AS v ON v.level_id = r.level_id
WHERE r.day BETWEEN $first_day AND $last_day
ORDER BY r.day, l.merchant_id, r.model, l.listing, r.boost_id, k.kind, v.level, r.fen
