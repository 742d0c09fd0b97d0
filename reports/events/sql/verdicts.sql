-- What each new row of a suspected key is. reason: why it is not taken, else null. version: null for
-- a duplicate, else the version of the event that the row is: above the one that stands if it is
-- newer, else below 1, where no reader looks for what holds. left_at: when the version before
-- happened, where that was another day.
-- A newer row is a duplicate of the content just before it, an older one of any that is there.
-- Contents are compared by hashes of 64 bits. Grain: line. Reads claims, suspects, old_rows.
WITH there AS (
    SELECT DISTINCT o.key AS key, o.content AS content
    FROM old_rows AS o
    WHERE o.kind IS NOT NULL AND o.key_hash IN (SELECT s.key_hash FROM suspects AS s)
), compared AS (
    SELECT c.key AS key, c.line AS line, c.is_newer AS is_newer, c.version AS version,
           c.least AS least, c.occurred_at AS occurred_at, c.revised_at AS revised_at,
           COALESCE(LAG(c.occurred_at) OVER side, c.standing_at) AS before_at,
           CASE WHEN c.is_newer = 1
                THEN c.content IS DISTINCT FROM COALESCE(LAG(c.content) OVER side,
                                                         c.standing_content)
                ELSE t.content IS NULL AND ROW_NUMBER() OVER alike = 1 END AS is_change
    FROM claims AS c
    LEFT JOIN there AS t ON t.key = c.key AND t.content = c.content
    WHERE c.reason IS NULL
    WINDOW side AS (PARTITION BY c.key, c.is_newer ORDER BY c.revised_at NULLS FIRST, c.line),
           alike AS (PARTITION BY c.key, c.is_newer, c.content
                     ORDER BY c.revised_at NULLS FIRST, c.line)
), numbered AS (
    SELECT c.key AS key, c.line AS line, c.is_newer AS is_newer, c.is_change AS is_change,
           c.version AS version, c.least AS least, c.occurred_at AS occurred_at,
           c.before_at AS before_at,
           CAST(COUNT(CASE WHEN c.is_change THEN 1 END) OVER (
               PARTITION BY c.key, c.is_newer ORDER BY c.revised_at NULLS FIRST, c.line
               ROWS UNBOUNDED PRECEDING) AS INTEGER) AS changes
    FROM compared AS c
)
SELECT n.key AS key, n.line AS line, CAST(NULL AS VARCHAR) AS reason,
       CASE WHEN n.is_change AND n.is_newer = 1 THEN COALESCE(n.version, 0) + n.changes
            WHEN n.is_change THEN n.least - n.changes END AS version,
       CASE WHEN n.is_change AND n.is_newer = 1
                 AND shanghai_day(epoch_us(n.before_at)) <> shanghai_day(epoch_us(n.occurred_at))
            THEN n.before_at END AS left_at
FROM numbered AS n
UNION ALL
SELECT c.key AS key, c.line AS line, c.reason AS reason, NULL AS version, NULL AS left_at
FROM claims AS c
WHERE c.reason IS NOT NULL
