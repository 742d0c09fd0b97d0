-- The touchpoints that hold in some files of the lake: the newest version of each, without the
-- marks that a corrected one leaves in a day it moved away from. Only corrected ones are looked up.
-- Grain: source, event_id. Reads stored_touchpoints.
WITH corrected AS (
    SELECT t.source AS source, t.event_id AS event_id, MAX(t.version) AS version
    FROM stored_touchpoints AS t
    WHERE t.version > 1
    GROUP BY t.source, t.event_id
)
SELECT t.event_id AS event_id, t.occurred_at AS occurred_at, t.user_key AS user_key,
       t.note_id AS note_id, t.kind AS kind, t.listing_id AS listing_id, t.boost_id AS boost_id,
       t.placement AS placement, t.arm AS arm, t.source AS source, t.batch_id AS batch_id,
       t.line AS line, t.version AS version, t.day AS day
FROM stored_touchpoints AS t
LEFT JOIN corrected AS c ON c.source = t.source AND c.event_id = t.event_id
WHERE t.version = COALESCE(c.version, 1) AND t.kind IS NOT NULL
