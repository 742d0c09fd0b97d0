-- The new rows of suspected keys beside what holds, each with whether it is newer: by the moment of
-- its revision where both tell one, else by the moment the files were made where both tell one, else
-- by receipt (batches are numbered as they are received). own_kind is the kind that the event has.
-- Grain: line. Reads suspects, new_rows, standing, conflicts.
WITH beside AS (
    SELECT n.key AS key, n.line AS line, n.content AS content, n.kind AS kind,
           n.occurred_at AS occurred_at, n.revised_at AS revised_at,
           s.content AS standing_content, s.occurred_at AS standing_at, s.version AS version,
           s.least AS least,
           COALESCE(s.kind, FIRST_VALUE(n.kind) OVER (PARTITION BY n.key
                                                      ORDER BY n.revised_at NULLS FIRST, n.line))
               AS own_kind,
           CASE WHEN s.key IS NULL THEN 1
                WHEN n.revised_at <> s.revised_at
                THEN CASE WHEN n.revised_at > s.revised_at THEN 1 ELSE 0 END
                WHEN n.produced_at <> s.produced_at
                THEN CASE WHEN n.produced_at > s.produced_at THEN 1 ELSE 0 END
                WHEN n.batch_id >= s.batch_id THEN 1
                ELSE 0 END AS is_newer,
           CASE WHEN c.key IS NULL THEN 0 ELSE 1 END AS is_conflict
    FROM new_rows AS n
    LEFT JOIN standing AS s ON s.key = n.key
    LEFT JOIN conflicts AS c ON c.key = n.key
    WHERE n.key_hash IN (SELECT u.key_hash FROM suspects AS u)
)
SELECT b.key AS key, b.line AS line, b.content AS content, b.occurred_at AS occurred_at,
       b.revised_at AS revised_at, b.standing_content AS standing_content,
       b.standing_at AS standing_at, b.version AS version, b.least AS least,
       b.is_newer AS is_newer,
       CASE WHEN b.is_conflict = 1 THEN 'conflict'
            WHEN b.kind <> b.own_kind THEN 'kind_changed' END AS reason
FROM beside AS b
