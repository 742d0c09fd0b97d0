-- Forget that people were told of slices that are overdue and that nobody waits for any more (unasked):
-- once their data are not suspended any more they are told of anew. Of what a source owes for all
-- merchants, those forget it all of whose stores are suspended. Params: none of its own.
, slices AS (
    SELECT s.id AS id
    FROM open_breaches AS s
    JOIN unasked AS u
        ON u.source_id = s.source_id AND u.due_on = s."on" AND (u.store_id IS NULL OR u.store_id = s.store_id)
), of_all AS (
    SELECT w.id AS id
    FROM open_breaches AS s
    JOIN reports_warned AS w ON w.slice_id = s.id AND w.over_at IS NULL
    JOIN begun_stores AS b ON b.merchant_id = w.merchant_id AND b.first_on <= s."on"
    LEFT JOIN unasked AS u ON u.source_id = s.source_id AND u.due_on = s."on" AND u.store_id = b.store_id
    WHERE s.store_id IS NULL
    GROUP BY w.id
    HAVING count(*) = count(u.store_id)
), merchants AS (
    DELETE FROM reports_warned AS w
    WHERE w.over_at IS NULL
      AND (w.slice_id IN (SELECT s.id FROM slices AS s) OR w.id IN (SELECT a.id FROM of_all AS a))
)
UPDATE reports_slice AS t
SET told_at = NULL
FROM slices AS s
WHERE t.id = s.id AND t.closed_at IS NULL AND t.over_at IS NULL
