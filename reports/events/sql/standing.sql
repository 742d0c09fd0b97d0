-- What holds of each suspected event before the new rows: its highest version. Its marks (kind is
-- null) share that version with the row that moved away: they are no content of the event.
-- least: its lowest version, 1 or below where an older content came late.
-- Grain: key. Reads suspects, old_rows.
WITH ranked AS (
    SELECT o.key AS key, o.content AS content, o.occurred_at AS occurred_at, o.kind AS kind,
           o.version AS version, o.revised_at AS revised_at, o.produced_at AS produced_at,
           o.batch_id AS batch_id,
           MIN(o.version) OVER (PARTITION BY o.key) AS least,
           ROW_NUMBER() OVER (PARTITION BY o.key ORDER BY o.version DESC) AS place
    FROM old_rows AS o
    WHERE o.kind IS NOT NULL AND o.key_hash IN (SELECT s.key_hash FROM suspects AS s)
)
SELECT r.key AS key, r.content AS content, r.occurred_at AS occurred_at, r.kind AS kind,
       r.version AS version, r.revised_at AS revised_at, r.produced_at AS produced_at,
       r.batch_id AS batch_id, r.least AS least
FROM ranked AS r
WHERE r.place = 1
