-- Write down the news of the days that `touched` names, and mark the report days that do not contain
-- them. It goes on from a CTE `touched`. Params: number, batch, act, at.
, told AS (
    INSERT INTO reports_news (merchant_id, "on", number, batch_id, act, at)
    SELECT DISTINCT t.merchant_id, t."on", %(number)s, %(batch)s::bigint, %(act)s, %(at)s::timestamptz
    FROM touched AS t
    ON CONFLICT (merchant_id, "on") DO UPDATE
    SET number = EXCLUDED.number, batch_id = EXCLUDED.batch_id, act = EXCLUDED.act, at = EXCLUDED.at
    RETURNING merchant_id, "on"
)
UPDATE reports_reportday AS r
SET stale_at = GREATEST(%(at)s::timestamptz, r.given_at + interval '1 microsecond')
FROM told AS t
WHERE r.merchant_id = t.merchant_id AND r."on" = t."on"
  AND r.superseded_at IS NULL AND r.stale_at IS NULL
