-- How many rows repeat an earlier row of the same event word for word.
-- Grain: one row.
WITH versions AS (
    SELECT DISTINCT t.event_id AS event_id, t.occurred_at AS occurred_at, t.user_key AS user_key, t.note_id AS note_id,
                    t.kind AS kind, t.listing_id AS listing_id, t.boost_id AS boost_id,
                    t.placement AS placement
    FROM staged_touchpoints AS t
    JOIN latest_touchpoints AS r ON r.event_id = t.event_id
)
SELECT (SELECT COUNT(*) FROM staged_touchpoints AS t JOIN latest_touchpoints AS r ON r.event_id = t.event_id)
       - (SELECT COUNT(*) FROM versions AS v) AS duplicate
