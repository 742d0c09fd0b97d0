-- Old copies that nobody was given, but for the last of each business day on which some were
-- published: they leave their facts to nobody. Grain: report day. Params: before, at.
WITH copies AS (
    SELECT r.id AS id,
           lead(r.id) OVER (
               PARTITION BY r.merchant_id, r."on",
                            (r.published_at AT TIME ZONE 'Asia/Shanghai')::date
               ORDER BY r.published_at, r.id) AS later
    FROM reports_reportday AS r
    WHERE r.superseded_at < %(before)s
), thinned AS (
    DELETE FROM reports_reportday AS r
    USING copies AS c
    WHERE c.id = r.id AND c.later IS NOT NULL AND r.given_at IS NULL
    RETURNING r.id AS id, r.merchant_id AS merchant_id, r."on" AS "on", r.content AS content,
              r.seen AS seen
)
INSERT INTO reports_draft (run_id, merchant_id, "on", report_day_id, content, seen, since)
SELECT NULL, t.merchant_id, t."on", t.id, t.content, t.seen, %(at)s
FROM thinned AS t
