-- How many facts there are, counted up to a number, and how many keys these have: if they have many,
-- all facts have many.
-- Grain: one row. Names: credited and touched (queries).
-- Params: of credited and touched; some (how many facts are read at most).
WITH facts AS (
    (SELECT key FROM ({credited}) AS credited)
    UNION ALL
    (SELECT key FROM ({touched}) AS touched)
), few AS (
    SELECT key
    FROM facts
    LIMIT %(some)s
)
SELECT coalesce(sum(found.facts), 0), count(*)
FROM (SELECT key, count(*) AS facts FROM few GROUP BY key) AS found
