-- The touches of bare files: the latest version of each.
-- Grain: touch. Reads staged_touchpoints and the last row of each id that came more than once.
SELECT t.event_id AS touchpoint_id, t.event_id AS event_id,
       epoch_us(t.occurred_at) AS touched_at, t.user_key AS user_id, t.note_id AS note_id,
       t.kind AS kind, t.listing_id AS listing_id, t.boost_id AS boost_id
FROM staged_touchpoints AS t
LEFT JOIN latest_touchpoints AS r ON r.event_id = t.event_id
WHERE r.event_id IS NULL OR t.row = r.row
