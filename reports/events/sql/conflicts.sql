-- Keys that one file gives more than one content to, where nothing says which of them is newer: a
-- row that does not tell when it was revised, or two that tell the same. Content without the moment
-- of its revision is `said`.
-- Grain: key. Reads suspects, new_rows.
WITH moments AS (
    SELECT n.key AS key, n.revised_at AS revised_at, MIN(n.said) AS least, MAX(n.said) AS most
    FROM new_rows AS n
    WHERE n.key_hash IN (SELECT s.key_hash FROM suspects AS s)
    GROUP BY n.key, n.revised_at
)
SELECT m.key AS key
FROM moments AS m
GROUP BY m.key
HAVING MIN(m.least) <> MAX(m.most)
   AND MAX(CASE WHEN m.revised_at IS NULL OR m.least <> m.most THEN 1 ELSE 0 END) = 1
