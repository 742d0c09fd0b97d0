-- CreditFact, one row for each model that gave something. A sum beyond 64 bits, which no real
-- sales reach, is unknown rather than the end of everybody's run.
-- Grain: its dimensions. Params: $first_day, $last_day, $window_days.
WITH by_model AS (
    SELECT s.day AS day, s.listing_id AS listing_id, s.boost_id AS boost_id, s.kind_id AS kind_id,
           s.level_id AS level_id, m.model AS model,
           CASE m.model WHEN 'last_touch' THEN s.last_touch_micro
                        WHEN 'first_touch' THEN s.first_touch_micro
                        WHEN 'linear' THEN s.linear_micro
                        WHEN 'time_decay' THEN s.time_decay_micro
                        ELSE s.position_based_micro END AS credit_micro,
           CASE m.model WHEN 'last_touch' THEN s.last_touch_fen
                        WHEN 'first_touch' THEN s.first_touch_fen
                        WHEN 'linear' THEN s.linear_fen
                        WHEN 'time_decay' THEN s.time_decay_fen
                        ELSE s.position_based_fen END AS value_fen
    FROM credit_sums AS s
    CROSS JOIN models AS m
    WHERE s.day BETWEEN $first_day AND $last_day
)
SELECT y.day AS day, l.merchant_id AS merchant_id, l.listing AS listing_id, l.note AS note_id,
       y.boost_id AS boost_id, l.placement AS placement, l.store_kind AS store_kind,
       k.kind AS kind, v.level AS level, y.model AS model, $window_days AS window_days,
       CAST(y.credit_micro AS BIGINT) AS credit_micro, TRY_CAST(y.value_fen AS BIGINT) AS value_fen
FROM by_model AS y
JOIN known_listings AS l ON l.listing_id = y.listing_id
JOIN kinds AS k ON k.kind_id = y.kind_id
JOIN levels AS v ON v.level_id = y.level_id
WHERE y.credit_micro IS NOT NULL
ORDER BY y.day, l.merchant_id, l.listing, y.boost_id, k.kind, v.level, y.model, y.value_fen
