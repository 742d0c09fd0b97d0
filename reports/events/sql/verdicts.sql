-- What each new row of a suspected key is: content (its hash of 64 bits) is compared with the
-- version before, in the order of arrival. version: null for a duplicate, else the version of the
-- event that the row is. left_at: when the version before happened, where that was another day.
-- The marks that corrected events left in old_rows (kind is null) share their version with the row
-- that moved away: they are no content of the event.
-- Grain: line. Reads suspects, new_rows, old_rows.
WITH arrived AS (
    SELECT o.key AS key, o.content AS content, o.occurred_at AS occurred_at,
           o.version AS version, CAST(NULL AS BIGINT) AS line
    FROM old_rows AS o
    WHERE o.kind IS NOT NULL AND o.key_hash IN (SELECT s.key_hash FROM suspects AS s)
    UNION ALL
    SELECT n.key AS key, n.content AS content, n.occurred_at AS occurred_at,
           CAST(NULL AS INTEGER) AS version, n.line AS line
    FROM new_rows AS n
    WHERE n.key_hash IN (SELECT s.key_hash FROM suspects AS s)
), compared AS (
    SELECT a.key AS key, a.version AS version, a.line AS line, a.occurred_at AS occurred_at,
           LAG(a.occurred_at) OVER arrival AS before_at,
           a.content IS DISTINCT FROM LAG(a.content) OVER arrival
               OR ROW_NUMBER() OVER arrival = 1 AS is_change
    FROM arrived AS a
    WINDOW arrival AS (PARTITION BY a.key ORDER BY a.version NULLS LAST, a.line)
), numbered AS (
    SELECT c.key AS key, c.line AS line, c.is_change AS is_change,
           c.occurred_at AS occurred_at, c.before_at AS before_at,
           COALESCE(MAX(c.version) OVER (PARTITION BY c.key), 0)
               + COUNT(CASE WHEN c.is_change AND c.line IS NOT NULL THEN 1 END) OVER (
                   PARTITION BY c.key ORDER BY c.version NULLS LAST, c.line
                   ROWS UNBOUNDED PRECEDING) AS version
    FROM compared AS c
)
SELECT n.key AS key, n.line AS line, CASE WHEN n.is_change THEN n.version END AS version,
       CASE WHEN n.is_change
                 AND shanghai_day(epoch_us(n.before_at)) <> shanghai_day(epoch_us(n.occurred_at))
            THEN n.before_at END AS left_at
FROM numbered AS n
WHERE n.line IS NOT NULL
