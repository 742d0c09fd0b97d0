-- The touchpoints that hold in some files of the lake: the newest version of each, without the
-- marks that a corrected one leaves in a day it moved away from. Only corrected ones are looked up.
-- A click whose id we signed is one click: what somebody else brought (signed is 2) counts where
-- nothing else has it, of several the one of the smallest source. Only those are looked up: a null
-- key finds nothing, at no cost.
-- Grain: source, event_id. Reads stored_touchpoints.
WITH corrected AS (
    SELECT t.source AS source, t.event_id AS event_id, MAX(t.version) AS version
    FROM stored_touchpoints AS t
    WHERE t.version > 1
    GROUP BY t.source, t.event_id
), brought AS (
    SELECT t.event_id AS event_id, MIN(t.source) AS source
    FROM stored_touchpoints AS t
    WHERE t.signed = 2
    GROUP BY t.event_id
), doubled AS (
    SELECT DISTINCT b.event_id AS event_id
    FROM stored_touchpoints AS t
    JOIN brought AS b ON b.event_id = t.event_id
    WHERE t.signed IS DISTINCT FROM 2 AND t.kind IS NOT NULL
)
SELECT t.event_id AS event_id, t.occurred_at AS occurred_at, t.user_key AS user_key,
       t.note_id AS note_id, t.kind AS kind, t.listing_id AS listing_id, t.boost_id AS boost_id,
       t.placement AS placement, t.arm AS arm, t.source AS source, t.batch_id AS batch_id,
       t.line AS line, t.version AS version, t.produced_at AS produced_at, t.signed AS signed,
       t.day AS day
FROM stored_touchpoints AS t
LEFT JOIN corrected AS c ON c.source = t.source AND c.event_id = t.event_id
LEFT JOIN brought AS b ON b.event_id = CASE WHEN t.signed = 2 THEN t.event_id END
LEFT JOIN doubled AS d ON d.event_id = CASE WHEN t.signed = 2 THEN t.event_id END
WHERE t.version = COALESCE(c.version, 1) AND t.kind IS NOT NULL
  AND d.event_id IS NULL AND COALESCE(b.source, t.source) = t.source
