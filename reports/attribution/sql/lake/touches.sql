-- The touches of the lake's days that were read. Two sources may give the same event_id to
-- different touchpoints; among equal times the order is that of event_id, then of the source.
-- is_here: it is computed here, as all are where users are not parted into buckets.
-- Grain: touch.
SELECT CONCAT(t.event_id, chr(31), t.source) AS touchpoint_id, t.event_id AS event_id,
       epoch_us(t.occurred_at) AS touched_at, t.user_key AS user_id, t.note_id AS note_id,
       t.kind AS kind, t.listing_id AS listing_id, t.boost_id AS boost_id, t.source AS source,
       1 AS is_here
FROM lake_touchpoints AS t
