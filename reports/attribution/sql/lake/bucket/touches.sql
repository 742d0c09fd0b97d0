-- As touches, of the users of one bucket, and the clicks that conversions name, whoever's they are
-- (is_here 0): a conversion may name another user's. A touch of nobody is its own user.
-- Grain: touch. Reads bucket and named_clicks.
SELECT CONCAT(t.event_id, chr(31), t.source) AS touchpoint_id, t.event_id AS event_id,
       epoch_us(t.occurred_at) AS touched_at, t.user_key AS user_id, t.note_id AS note_id,
       t.kind AS kind, t.listing_id AS listing_id, t.boost_id AS boost_id, t.source AS source,
       CASE WHEN b.prefix IS NULL THEN 0 ELSE 1 END AS is_here
FROM lake_touchpoints AS t
LEFT JOIN bucket AS b
    ON b.prefix = SUBSTR(COALESCE(MD5(t.user_key), MD5(CONCAT(t.event_id, chr(31), t.source))), 1, 2)
LEFT JOIN named_clicks AS n ON n.click_id = CASE WHEN t.kind = 'click' THEN t.event_id END
WHERE b.prefix IS NOT NULL OR n.click_id IS NOT NULL
