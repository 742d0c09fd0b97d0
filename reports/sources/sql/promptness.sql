-- How soon after a day's end its slices were closed, in seconds, and how many of them when due.
-- Grain: source. Params: sources, days and due_ats, triples.
SELECT s.source_id, count(*) AS closed,
       count(*) FILTER (WHERE s.closed_at <= d.due_at) AS in_time,
       percentile_cont(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM s.closed_at - ((s."on" + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'))) AS half,
       percentile_cont(0.95) WITHIN GROUP (
           ORDER BY extract(epoch FROM s.closed_at - ((s."on" + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'))) AS most
FROM unnest(%(sources)s::bigint[], %(days)s::date[], %(due_ats)s::timestamptz[]) AS d (source_id, due_on, due_at)
JOIN reports_slice AS s ON s.source_id = d.source_id AND s."on" = d.due_on
WHERE s.closed_at IS NOT NULL
GROUP BY s.source_id
