-- For what nobody waits: slices whose data are suspended altogether. Of a source as a whole (no store),
-- and of a store all of whose products lie in suspended categories. Grain: source, store, day. Params:
-- sources and days, pairs; suspensions and categories, pairs of one that holds and all that it reaches;
-- stores, or null for all.
WITH asked AS (
    SELECT a.source_id AS source_id, a.due_on AS due_on
    FROM unnest(%(sources)s::bigint[], %(days)s::date[]) AS a (source_id, due_on)
), held AS (
    SELECT d.id AS id, d.source_id AS source_id, d.category_id AS category_id, a.due_on AS due_on
    FROM reports_datasuspension AS d
    JOIN asked AS a ON a.source_id = d.source_id AND a.due_on BETWEEN d.first_on AND coalesce(d.last_on, 'infinity')
    WHERE d.lifted_at IS NULL
), concerned AS (
    SELECT DISTINCT h.source_id AS source_id, s.store_id AS store_id, h.due_on AS due_on
    FROM held AS h
    JOIN reports_suspendedstore AS s ON s.suspension_id = h.id
    WHERE h.category_id IS NOT NULL AND (%(stores)s::bigint[] IS NULL OR s.store_id = ANY(%(stores)s::bigint[]))
), sold AS (
    SELECT DISTINCT p.store_id AS store_id, p.category_id AS category_id
    FROM merchants_product AS p
    WHERE p.store_id IN (SELECT c.store_id FROM concerned AS c)
), reached AS (
    SELECT DISTINCT h.source_id AS source_id, h.due_on AS due_on, r.category_id AS category_id
    FROM held AS h
    JOIN unnest(%(suspensions)s::bigint[], %(categories)s::bigint[]) AS r (suspension_id, category_id)
        ON r.suspension_id = h.id
)
SELECT h.source_id AS source_id, NULL::bigint AS store_id, h.due_on AS due_on
FROM held AS h
WHERE h.category_id IS NULL
UNION ALL
SELECT c.source_id AS source_id, c.store_id AS store_id, c.due_on AS due_on
FROM concerned AS c
JOIN sold AS g ON g.store_id = c.store_id
LEFT JOIN reached AS r
    ON r.source_id = c.source_id AND r.due_on = c.due_on AND r.category_id = g.category_id
GROUP BY c.source_id, c.store_id, c.due_on
HAVING count(*) = count(r.category_id)
