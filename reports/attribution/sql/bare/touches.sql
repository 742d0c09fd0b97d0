-- The touches of bare files, all of one source, as staged for a lake of their own.
-- Grain: touch.
SELECT t.event_id AS touchpoint_id, t.event_id AS event_id,
       epoch_us(t.occurred_at) AS touched_at, t.user_key AS user_id, t.note_id AS note_id,
       t.kind AS kind, t.listing_id AS listing_id, t.boost_id AS boost_id
FROM lake_touchpoints AS t
