-- What may be credited: touches without clicks that are kept and counted, and earn nothing.
-- Grain: touchpoint. Reads touches.
SELECT t.touchpoint_id AS touchpoint_id, t.event_id AS event_id, t.touched_at AS touched_at,
       t.user_id AS user_id, t.note_id AS note_id, t.kind AS kind, t.listing_id AS listing_id,
       t.boost_id AS boost_id
FROM touches AS t
SEMI JOIN touch_kinds AS k ON k.kind = t.kind
