-- What is owed of some days: a row for each store of a source, and one for a source that owes for all
-- merchants at once. Grain: slice. Params: sources and days, pairs; sellers and kinds, pairs of a
-- source and a kind of store whose orders it has; of_all, the sources that owe for all.
SELECT d.source_id AS source_id, NULL::bigint AS store_id, d.due_on AS due_on
FROM unnest(%(sources)s::bigint[], %(days)s::date[]) AS d (source_id, due_on)
WHERE d.source_id = ANY(%(of_all)s::bigint[]) AND d.due_on >= (SELECT min(b.first_on) FROM begun_stores AS b)
UNION ALL
SELECT d.source_id AS source_id, b.store_id AS store_id, d.due_on AS due_on
FROM unnest(%(sources)s::bigint[], %(days)s::date[]) AS d (source_id, due_on)
JOIN unnest(%(sellers)s::bigint[], %(kinds)s::text[]) AS k (source_id, kind) ON k.source_id = d.source_id
JOIN begun_stores AS b ON b.kind = k.kind AND b.first_on <= d.due_on
