-- Mark the slices that are not closed although they were due, and give back those just marked.
-- A slice of which nothing has come gets its row. Grain: slice. Params: moment; sources and days,
-- pairs of what was due by then; sellers and kinds, pairs of a source and a kind of store whose
-- orders it has; of_all, the sources that owe for all merchants at once.
, due AS (
    SELECT d.source_id AS source_id, d.due_on AS due_on
    FROM unnest(%(sources)s::bigint[], %(days)s::date[]) AS d (source_id, due_on)
), sold AS (
    SELECT k.source_id AS source_id, k.kind AS kind
    FROM unnest(%(sellers)s::bigint[], %(kinds)s::text[]) AS k (source_id, kind)
), owed AS (
    SELECT d.source_id AS source_id, NULL::bigint AS store_id, d.due_on AS due_on
    FROM due AS d
    WHERE d.source_id = ANY(%(of_all)s::bigint[]) AND d.due_on >= (SELECT min(b.first_on) FROM begun_stores AS b)
    UNION ALL
    SELECT d.source_id AS source_id, b.store_id AS store_id, d.due_on AS due_on
    FROM due AS d
    JOIN sold AS k ON k.source_id = d.source_id
    JOIN begun_stores AS b ON b.kind = k.kind AND b.first_on <= d.due_on
)
INSERT INTO reports_slice AS slice (source_id, store_id, "on", received_rows, missing_rows, closed_by, told_at)
SELECT o.source_id, o.store_id, o.due_on, 0, 0, '', %(moment)s
FROM owed AS o
LEFT JOIN reports_slice AS w
    ON w.source_id = o.source_id AND w."on" = o.due_on AND w.store_id IS NULL AND w.closed_at IS NOT NULL
LEFT JOIN reports_slice AS s
    ON s.source_id = o.source_id AND s."on" = o.due_on AND s.store_id = o.store_id
       AND (s.closed_at IS NOT NULL OR s.told_at IS NOT NULL)
WHERE w.id IS NULL AND s.id IS NULL
ORDER BY o.source_id, o.store_id NULLS FIRST, o.due_on
ON CONFLICT (source_id, store_id, "on") DO UPDATE
SET told_at = excluded.told_at
WHERE slice.told_at IS NULL AND slice.closed_at IS NULL
RETURNING slice.source_id, slice.store_id, slice."on"
